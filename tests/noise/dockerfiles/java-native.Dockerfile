FROM ghcr.io/graalvm/native-image-community:21 AS build
WORKDIR /build
COPY . .
RUN ./mvnw package -Pnative -DskipTests && chmod +x target/bootstrap

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /build/target/bootstrap ${LAMBDA_RUNTIME_DIR}/bootstrap
CMD ["not.used"]
