FROM mwader/static-ffmpeg:7.1 AS ff
FROM public.ecr.aws/lambda/python:3.13
COPY --from=ff /ffmpeg /ffprobe /usr/local/bin/
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
