FROM cgr.dev/chainguard/python:latest-dev AS build
WORKDIR /function
RUN python -m venv /function/venv
COPY requirements.txt ./
RUN /function/venv/bin/pip install --no-cache-dir --requirement requirements.txt awslambdaric

FROM cgr.dev/chainguard/python@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
WORKDIR /function
COPY --from=build /function/venv /function/venv
COPY app.py ./
ENTRYPOINT ["/function/venv/bin/python", "-m", "awslambdaric"]
CMD ["app.handler"]
