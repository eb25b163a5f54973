FROM public.ecr.aws/lambda/python:3.13
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/uv
ENV UV_PROJECT_ENVIRONMENT=/var/lang UV_CACHE_DIR=/tmp/uv
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --inexact && rm -rf /tmp/uv
COPY orders ./orders
CMD ["orders.main.handler"]
