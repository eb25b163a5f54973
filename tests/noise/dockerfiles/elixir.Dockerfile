FROM hexpm/elixir:1.18.4-erlang-27.3-debian-bookworm-20250630-slim AS build
WORKDIR /app
ENV MIX_ENV=prod
RUN mix local.hex --force && mix local.rebar --force
COPY mix.exs mix.lock ./
RUN mix deps.get --only prod && mix deps.compile
COPY . .
RUN mix release
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y libstdc++6 openssl libncurses6 locales && rm -rf /var/lib/apt/lists/*
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter
WORKDIR /app
COPY --from=build /app/_build/prod/rel/my_app ./
ENV PORT=4000 PHX_SERVER=true RELEASE_TMP=/tmp
CMD ["/app/bin/my_app", "start"]
