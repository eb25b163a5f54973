FROM public.ecr.aws/lambda/python:3.12
COPY requirements.txt ./
RUN python3.12 -m pip install -r requirements.txt -t "$LAMBDA_TASK_ROOT"
COPY functions/ ${LAMBDA_TASK_ROOT}/
