FROM ruby:3.3
RUN gem install aws_lambda_ric
ENV LAMBDA_TASK_ROOT=/app
WORKDIR ${LAMBDA_TASK_ROOT}
COPY . .
ENTRYPOINT ["/usr/local/bundle/bin/aws_lambda_ric"]
CMD ["lambda_function.LambdaFunction::Handler.process"]
