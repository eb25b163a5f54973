FROM public.ecr.aws/docker/library/maven:3.9-amazoncorretto-21 AS build
WORKDIR "/task"
COPY src/ src/
COPY pom.xml ./
RUN mvn -q clean install && mvn dependency:copy-dependencies -DincludeScope=compile

FROM public.ecr.aws/lambda/java:21
COPY --from=build /task/target/classes /var/task/
COPY --from=build /task/target/dependency /var/task/lib
CMD ["orders.App::handleRequest"]
