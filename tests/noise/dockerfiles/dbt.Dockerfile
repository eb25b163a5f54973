FROM public.ecr.aws/lambda/python:3.12
RUN dnf install -y git && dnf clean all
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY dbt_project ${LAMBDA_TASK_ROOT}/dbt_project
ENV DBT_PROFILES_DIR=${LAMBDA_TASK_ROOT}/dbt_project DBT_TARGET_PATH=/tmp/target DBT_LOG_PATH=/tmp/logs
COPY handler.py ${LAMBDA_TASK_ROOT}
CMD ["handler.run"]
