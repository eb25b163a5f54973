FROM golang:1.23 AS build
WORKDIR /orders
COPY go.mod go.sum ./
COPY main.go .
RUN go build -tags lambda.norpc -o main main.go

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /orders/main ./main
ENTRYPOINT [ "./main" ]
