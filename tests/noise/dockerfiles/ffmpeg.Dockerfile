FROM public.ecr.aws/lambda/python:3.13
RUN dnf install -y tar xz \
    && curl -sSL https://example.com/ffmpeg-static.tar.xz | tar -xJ \
    && mv ffmpeg-*-static/ffmpeg /usr/local/bin/ \
    && rm -rf ffmpeg-*-static
COPY requirements.txt app.py ./
RUN pip install --no-cache-dir -r requirements.txt
CMD ["app.handler"]
