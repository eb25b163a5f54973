FROM public.ecr.aws/lambda/python:3.13
ENV DATA=/mnt/data XDG_CACHE_HOME=/tmp/cache MPLCONFIGDIR=/tmp/matplotlib
RUN dnf install -y git && dnf clean all && git config --system --add safe.directory /mnt/data
COPY requirements.txt app.py ./
RUN pip install -r requirements.txt
CMD ["app.handler"]
