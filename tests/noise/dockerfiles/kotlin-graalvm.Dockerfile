FROM ghcr.io/graalvm/native-image-community:21 AS build
WORKDIR /src
COPY . .
RUN ./gradlew nativeCompile
FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /src/build/native/nativeCompile/app /var/runtime/bootstrap
CMD ["function"]
