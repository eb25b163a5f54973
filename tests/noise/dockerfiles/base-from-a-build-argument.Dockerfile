ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY orders ${LAMBDA_TASK_ROOT}/orders
CMD ["orders.main.handler"]
