FROM public.ecr.aws/lambda/python:3.13
ARG FUNCTION
COPY functions/${FUNCTION}/ ${LAMBDA_TASK_ROOT}/
RUN pip install -r ${LAMBDA_TASK_ROOT}/requirements.txt
CMD ["main.handler"]
