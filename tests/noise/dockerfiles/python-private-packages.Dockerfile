# syntax=docker/dockerfile:1
FROM public.ecr.aws/lambda/python:3.13
COPY requirements.txt .
RUN --mount=type=secret,id=pip,env=PIP_EXTRA_INDEX_URL <<EOF
set -e
pip install --no-cache-dir -r requirements.txt
EOF
COPY --chmod=755 app.py .
CMD ["app.handler"]
