FROM public.ecr.aws/docker/library/alpine:3.21 AS build
RUN apk add --no-cache cmake make g++ git curl-dev curl-static zlib-static
WORKDIR /src
COPY . .
RUN cmake -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build

FROM scratch
COPY --from=build /src/build/function /bootstrap
ENTRYPOINT ["/bootstrap"]
