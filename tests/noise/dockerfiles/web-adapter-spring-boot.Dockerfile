FROM public.ecr.aws/docker/library/maven:3.9-amazoncorretto-21 AS build
WORKDIR /src
COPY pom.xml ./
COPY src ./src
RUN mvn -q package -DskipTests

FROM public.ecr.aws/docker/library/amazoncorretto:21-al2023
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
EXPOSE 8080
WORKDIR /opt
COPY --from=build /src/target/orders.jar /opt/orders.jar
CMD ["java", "-jar", "orders.jar"]
