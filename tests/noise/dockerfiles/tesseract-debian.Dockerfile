FROM python:3.12-slim
RUN apt-get update && apt-get install -y tesseract-ocr poppler-utils libgl1 libglib2.0-0 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt awslambdaric
COPY . .
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.main.lambda_handler"]
