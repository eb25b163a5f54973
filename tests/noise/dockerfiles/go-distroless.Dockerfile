# syntax=docker/dockerfile:1
FROM golang:1.25 AS build
WORKDIR /src
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -tags lambda.norpc -trimpath -o /out/function ./cmd/function

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/function /function
ENTRYPOINT ["/function"]
