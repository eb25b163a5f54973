FROM public.ecr.aws/lambda/nodejs:24
COPY --from=public.ecr.aws/datadog/lambda-extension:86 /opt/. /opt/
COPY package*.json ./
RUN npm ci --omit=dev && npm install datadog-lambda-js dd-trace
ENV DD_LAMBDA_HANDLER=index.handler
COPY index.js ./
CMD ["node_modules/datadog-lambda-js/dist/handler.handler"]
