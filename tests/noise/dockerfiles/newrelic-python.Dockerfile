FROM public.ecr.aws/newrelic-lambda-layers-for-docker/newrelic-lambda-layers-python:313 AS layer
FROM public.ecr.aws/lambda/python:3.13
COPY --from=layer /opt/ /opt/
COPY app.py ${LAMBDA_TASK_ROOT}
ENV NEW_RELIC_LAMBDA_HANDLER=app.handler PYTHONPATH=/opt/python
CMD ["newrelic_lambda_wrapper.handler"]
