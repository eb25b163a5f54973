FROM ghcr.io/cargo-lambda/cargo-lambda:1 AS build
WORKDIR /orders
COPY . .
RUN cargo lambda build --release --arm64

FROM public.ecr.aws/lambda/provided:al2023-arm64
COPY --from=build /orders/target/lambda/orders/bootstrap ${LAMBDA_RUNTIME_DIR}
CMD ["bootstrap"]
