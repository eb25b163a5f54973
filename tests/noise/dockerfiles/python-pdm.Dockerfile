FROM public.ecr.aws/lambda/python:3.13 AS lock
RUN pip install --no-cache-dir pdm
COPY pyproject.toml pdm.lock ./
RUN pdm export --prod --without-hashes --output requirements.txt

FROM public.ecr.aws/lambda/python:3.13
COPY --from=lock /var/task/requirements.txt /var/task/requirements.txt
RUN pip install --no-cache-dir --requirement requirements.txt --target "${LAMBDA_TASK_ROOT}"
COPY src/ ${LAMBDA_TASK_ROOT}/
CMD ["orders.api.handler"]
