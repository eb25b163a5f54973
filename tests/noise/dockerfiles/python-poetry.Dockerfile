# syntax=docker/dockerfile:1
ARG PYTHON=3.12
FROM public.ecr.aws/lambda/python:${PYTHON} AS build
RUN pip install "poetry<2"
COPY pyproject.toml poetry.lock ./
RUN poetry export -f requirements.txt -o requirements.txt && pip install -r requirements.txt -t /packages

FROM public.ecr.aws/lambda/python:${PYTHON}
COPY --from=build /packages ${LAMBDA_TASK_ROOT}/
COPY orders/ ${LAMBDA_TASK_ROOT}/orders/
CMD ["orders.app.handler"]
