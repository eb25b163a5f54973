ARG FUNCTION_DIR="/function"

FROM python:3.13 AS build
ARG FUNCTION_DIR
RUN mkdir -p ${FUNCTION_DIR}
COPY src ${FUNCTION_DIR}
RUN pip install --target ${FUNCTION_DIR} awslambdaric

FROM python:3.13-slim
ARG FUNCTION_DIR
WORKDIR ${FUNCTION_DIR}
COPY --from=build ${FUNCTION_DIR} ${FUNCTION_DIR}
ENTRYPOINT [ "/usr/local/bin/python", "-m", "awslambdaric" ]
CMD [ "orders.handler" ]
