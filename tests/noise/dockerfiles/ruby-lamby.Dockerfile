FROM ruby:3.4-slim-bookworm
RUN apt-get update && apt-get install -y build-essential libyaml-dev && rm -rf /var/lib/apt/lists/*
RUN gem install aws_lambda_ric lambda_punch
WORKDIR /app
COPY Gemfile Gemfile.lock ./
RUN bundle config set --local without "development test" && bundle install
COPY . .
RUN chmod -R a+rX .
ENTRYPOINT ["/usr/local/bundle/bin/aws_lambda_ric"]
CMD ["config/environment.Lamby.cmd"]
