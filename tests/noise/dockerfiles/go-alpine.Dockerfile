FROM golang:1.23-alpine AS build
WORKDIR /orders
COPY . .
RUN CGO_ENABLED=0 go build -o /main ./cmd/lambda

FROM alpine:3.20
COPY --from=build /main /main
ENTRYPOINT [ "/main" ]
