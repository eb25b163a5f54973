FROM ubuntu:24.04
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y software-properties-common curl && add-apt-repository -y ppa:deadsnakes/ppa && apt-get update && apt-get install -y python3.11 python3.11-venv
RUN python3.11 -m venv /opt/venv && /opt/venv/bin/pip install awslambdaric
COPY . /app
WORKDIR /app
ENTRYPOINT ["/opt/venv/bin/python", "-m", "awslambdaric"]
CMD ["handler.main"]
