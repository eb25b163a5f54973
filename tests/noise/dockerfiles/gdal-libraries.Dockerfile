FROM ghcr.io/lambgeo/lambda-gdal:3.8-python3.11 AS gdal
COPY app/ app/
RUN pip install . -t /opt/python

FROM public.ecr.aws/lambda/python:3.13
COPY --from=gdal /opt/lib/ /opt/lib/
COPY --from=gdal /opt/share/ /opt/share/
COPY --from=gdal /opt/python ${LAMBDA_TASK_ROOT}
ENV GDAL_DATA=/opt/share/gdal PROJ_LIB=/opt/share/proj PATH=/opt/bin:$PATH
CMD ["app.main.handler"]
