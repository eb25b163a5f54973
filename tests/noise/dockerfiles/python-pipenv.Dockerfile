FROM public.ecr.aws/lambda/python:3.13
COPY Pipfile Pipfile.lock ./
RUN pip install pipenv && pipenv install --system --deploy
COPY app.py ./
CMD ["app.handler"]
