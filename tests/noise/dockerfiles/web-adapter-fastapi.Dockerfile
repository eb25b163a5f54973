FROM public.ecr.aws/docker/library/python:3.13-slim
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
ENV PORT=8000 AWS_LWA_INVOKE_MODE=response_stream AWS_LWA_READINESS_CHECK_PATH=/health
WORKDIR /var/task
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir -r requirements.txt
COPY *.py ./
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
