FROM mcr.microsoft.com/playwright/python:v1.49.0-noble
WORKDIR /function
COPY app.py .
RUN pip install --target /function awslambdaric playwright==1.49.0
ENTRYPOINT ["/usr/bin/python3", "-m", "awslambdaric"]
CMD ["app.handler"]
