FROM public.ecr.aws/lambda/python:3.13
ENV HF_HOME=${LAMBDA_TASK_ROOT}/models HF_HUB_OFFLINE=1
COPY requirements.txt fetch.py ./
RUN pip install torch --index-url https://download.pytorch.org/whl/cpu && pip install -r requirements.txt
RUN HF_HUB_OFFLINE=0 python fetch.py && chmod -R a+rX models
COPY app.py ./
CMD ["app.lambda_handler"]
