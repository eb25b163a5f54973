FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY . .
RUN mvn -q package dependency:copy-dependencies
FROM gcr.io/distroless/java21-debian12
COPY --from=build /src/target/dependency /function
COPY --from=build /src/target/*.jar /function/
WORKDIR /function
ENTRYPOINT ["/usr/bin/java", "-cp", "/function/*", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"]
CMD ["example.App::handleRequest"]
