FROM maven:3.9-amazoncorretto-21 AS build
COPY pom.xml ./
COPY src ./src
RUN mvn compile dependency:copy-dependencies -DincludeScope=runtime

FROM public.ecr.aws/amazoncorretto/amazoncorretto:21
WORKDIR /function
COPY --from=build target/dependency/*.jar ./
COPY --from=build target/classes ./
ENTRYPOINT [ "/usr/bin/java", "-cp", "./*", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda" ]
CMD [ "com.example.orders.App::handleRequest" ]
