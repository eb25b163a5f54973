FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish -c Release -r linux-arm64 --self-contained -o /publish

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /publish ${LAMBDA_TASK_ROOT}
ENTRYPOINT ["/var/task/Orders"]
