FROM public.ecr.aws/lambda/nodejs:24
RUN dnf install -y unzip wget
RUN wget https://example.com/otel/layer.zip -O /tmp/layer.zip \
    && unzip /tmp/layer.zip -d /opt/ \
    && chmod -R 755 /opt/ \
    && rm /tmp/layer.zip
COPY *.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
