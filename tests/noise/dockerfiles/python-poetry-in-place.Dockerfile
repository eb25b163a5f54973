FROM public.ecr.aws/lambda/python:3.13
RUN pip install --no-cache-dir poetry==2.1.1
COPY pyproject.toml poetry.lock README.md ./
RUN poetry config virtualenvs.create false \
    && poetry install --only main --no-root --no-interaction --no-ansi
COPY router.py ${LAMBDA_TASK_ROOT}
CMD ["router.lambda_handler"]
