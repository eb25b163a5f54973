FROM rust:1.83-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /orders-lambda
COPY . .
RUN cargo build --release

FROM scratch
COPY --from=build /orders-lambda/target/release/orders /bootstrap
ENTRYPOINT ["/bootstrap"]
