FROM golang:1.25 AS build
WORKDIR /src
COPY go.mod go.sum *.go ./
RUN go build -tags lambda.norpc -o main .

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /src/main ./main
ENTRYPOINT ["./main"]
