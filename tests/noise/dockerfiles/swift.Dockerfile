FROM swift:6.1-amazonlinux2 AS build
WORKDIR /src
COPY . .
RUN swift build -c release --static-swift-stdlib

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /src/.build/release/Orders /var/runtime/bootstrap
CMD ["orders"]
