FROM caddy:2-alpine
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter
COPY Caddyfile /etc/caddy/Caddyfile
COPY site /srv
ENV XDG_DATA_HOME=/tmp XDG_CONFIG_HOME=/tmp
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile"]
