FROM python:3.13-slim AS models
RUN pip install huggingface_hub \
    && python -c "from huggingface_hub import snapshot_download; snapshot_download('a/b', local_dir='/tmp/model')"

FROM public.ecr.aws/lambda/python:3.13
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY --from=models /tmp/model ${LAMBDA_TASK_ROOT}/model
COPY app.py ./
CMD ["app.lambda_handler"]
