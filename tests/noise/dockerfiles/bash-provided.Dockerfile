FROM public.ecr.aws/lambda/provided:al2023
COPY bootstrap ${LAMBDA_RUNTIME_DIR}/
COPY function.sh ${LAMBDA_TASK_ROOT}/
RUN chmod 755 ${LAMBDA_RUNTIME_DIR}/bootstrap
CMD [ "function.handler" ]
