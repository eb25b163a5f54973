FROM --platform=$BUILDPLATFORM golang:1.23 AS build
ARG TARGETOS TARGETARCH
WORKDIR /orders
COPY . .
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -tags lambda.norpc -o bootstrap .

FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /orders/bootstrap ${LAMBDA_RUNTIME_DIR}/bootstrap
CMD ["bootstrap"]
