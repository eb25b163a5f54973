FROM public.ecr.aws/lambda/dotnet:10 AS base

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY ["Orders.csproj", "Orders/"]
RUN dotnet restore "Orders/Orders.csproj"
WORKDIR "/src/Orders"
COPY . .
RUN dotnet build "Orders.csproj" --configuration Release --output /app/build

FROM build AS publish
RUN dotnet publish "Orders.csproj" --configuration Release --runtime linux-x64 --self-contained false \
    --output /app/publish -p:PublishReadyToRun=true

FROM base AS final
WORKDIR /var/task
COPY --from=publish /app/publish .
CMD ["Orders::Orders.Function::FunctionHandler"]
