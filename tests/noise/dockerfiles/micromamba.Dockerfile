FROM mambaorg/micromamba:2.3
COPY --chown=$MAMBA_USER:$MAMBA_USER env.yaml /tmp/env.yaml
RUN micromamba install -y -n base -f /tmp/env.yaml && micromamba clean -a -y
ARG MAMBA_DOCKERFILE_ACTIVATE=1
WORKDIR /app
COPY app.py .
ENTRYPOINT ["/opt/conda/bin/python", "-m", "awslambdaric"]
CMD ["app.handler"]
