FROM public.ecr.aws/lambda/nodejs:22
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY server.mjs ${LAMBDA_TASK_ROOT}/
ENTRYPOINT []
CMD ["node", "server.mjs"]
