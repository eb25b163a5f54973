FROM public.ecr.aws/lambda/python:3.13 AS chrome
RUN dnf install -y unzip \
    && curl -Lo /tmp/driver.zip https://example.com/chromedriver-linux64.zip \
    && unzip /tmp/driver.zip -d /opt/

FROM public.ecr.aws/lambda/python:3.13
RUN dnf install -y atk cups-libs gtk3 libXcomposite alsa-lib mesa-libgbm nss
RUN pip install selenium==4.25.0
COPY --from=chrome /opt/chromedriver-linux64 /opt/
COPY main.py ./
CMD ["main.handler"]
