ARG FUNCTION_DIR="/function"
FROM public.ecr.aws/docker/library/python:3.13-alpine3.21 AS build
ARG FUNCTION_DIR
RUN apk add --no-cache build-base libtool autoconf automake make cmake elfutils-dev
COPY orders ${FUNCTION_DIR}/orders
RUN python -m pip install --target ${FUNCTION_DIR} "awslambdaric>=4.0.1"

FROM public.ecr.aws/docker/library/python:3.13-alpine3.21
ARG FUNCTION_DIR
RUN apk add --no-cache libstdc++
WORKDIR ${FUNCTION_DIR}
COPY --from=build ${FUNCTION_DIR} ${FUNCTION_DIR}
ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]
CMD ["orders.main.handler"]
