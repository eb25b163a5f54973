FROM public.ecr.aws/lambda/python:3.13
COPY requirements/ /tmp/requirements/
RUN pip install --no-cache-dir -r /tmp/requirements/live.txt && rm -rf /tmp/requirements
COPY shop/ ${LAMBDA_TASK_ROOT}/shop/
CMD ["shop.handler.handler"]
