FROM ghcr.io/cargo-lambda/cargo-lambda:1.8.1 AS build
WORKDIR /build
COPY . .
RUN cargo lambda build --release --arm64

FROM public.ecr.aws/lambda/provided:al2023-arm64
ARG NAME=orders
COPY --from=build /build/target/lambda/${NAME}/bootstrap ${LAMBDA_RUNTIME_DIR}
CMD ["orders"]
