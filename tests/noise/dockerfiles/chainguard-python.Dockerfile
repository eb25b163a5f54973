FROM cgr.dev/chainguard/python:latest-dev AS dev
WORKDIR /app
RUN python -m venv venv
ENV PATH="/app/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install -r requirements.txt awslambdaric
FROM cgr.dev/chainguard/python:latest
WORKDIR /app
COPY app.py .
COPY --from=dev /app/venv /app/venv
ENV PATH="/app/venv/bin:$PATH"
ENTRYPOINT ["/app/venv/bin/python", "-m", "awslambdaric"]
CMD ["app.handler"]
