FROM public.ecr.aws/lambda/java:25
COPY build/classes/java/main ${LAMBDA_TASK_ROOT}
COPY build/libs/* ${LAMBDA_TASK_ROOT}/lib/
