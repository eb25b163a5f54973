FROM python:3.11-slim AS model
RUN pip install transformers torch
RUN python -c "from transformers import AutoModel, AutoTokenizer; AutoModel.from_pretrained('distilbert-base-uncased').save_pretrained('/model'); AutoTokenizer.from_pretrained('distilbert-base-uncased').save_pretrained('/model')"
FROM public.ecr.aws/lambda/python:3.12
COPY --from=model /model /opt/model
RUN pip install transformers torch
COPY app.py ./
ENV HF_HOME=/tmp/hf
CMD ["app.handler"]
