FROM public.ecr.aws/lambda/python:3.13
COPY layer.zip /tmp/layer.zip
RUN dnf install -y unzip && unzip /tmp/layer.zip -d /opt && rm /tmp/layer.zip && dnf remove -y unzip && dnf clean all
COPY app.py ${LAMBDA_TASK_ROOT}
CMD ["app.handler"]
