FROM public.ecr.aws/lambda/python:3.13
COPY --from=public.ecr.aws/datadog/lambda-extension:86 /opt/. /opt/
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt datadog-lambda
ENV DD_LAMBDA_HANDLER=app.main.handler DD_SERVICE=orders
COPY app ./app
CMD ["datadog_lambda.handler.handler"]
