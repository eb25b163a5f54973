# syntax=docker/dockerfile:1.7
ARG REGISTRY=public.ecr.aws
ARG RUNTIME=python:3.13
FROM ${REGISTRY}/lambda/${RUNTIME}
LABEL org.opencontainers.image.source="https://gitlab.example.com/x"
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt
COPY --link --chmod=0755 src/ ${LAMBDA_TASK_ROOT}/
ARG GIT_SHA=unknown
ENV GIT_SHA=$GIT_SHA
CMD ["app.handler"]
