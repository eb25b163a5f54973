FROM debian:12-slim
RUN apt-get update && apt-get install -y python3 python3-pip && rm -rf /var/lib/apt/lists/*
RUN pip install --break-system-packages awslambdaric boto3
WORKDIR /var/task
COPY main.py .
ENTRYPOINT ["/usr/bin/python3", "-m", "awslambdaric"]
CMD ["main.handler"]
