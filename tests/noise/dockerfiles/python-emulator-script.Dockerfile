FROM python:3.12-alpine
RUN apk add --no-cache libstdc++
WORKDIR /home/app
COPY requirements.txt .
RUN pip install -r requirements.txt awslambdaric
COPY . .
ADD https://github.com/aws/aws-lambda-runtime-interface-emulator/releases/latest/download/aws-lambda-rie /usr/bin/aws-lambda-rie
COPY entry.sh /
RUN chmod 755 /usr/bin/aws-lambda-rie /entry.sh
ENTRYPOINT ["/entry.sh"]
CMD ["orders.handler"]
