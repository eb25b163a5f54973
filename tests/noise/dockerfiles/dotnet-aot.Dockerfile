FROM public.ecr.aws/amazonlinux/amazonlinux:2023 AS build
RUN dnf install -y dotnet-sdk-8.0 clang zlib-devel tar gzip
WORKDIR /src
COPY . .
RUN dotnet publish -c Release -r linux-x64 -p:PublishAot=true -o /out

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /out/bootstrap /var/runtime/bootstrap
CMD ["Orders"]
