FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir --target /function awslambdaric requests
COPY app.py /function/

FROM gcr.io/distroless/python3-debian12
COPY --from=build /function /function
WORKDIR /function
ENTRYPOINT ["/usr/bin/python3", "-m", "awslambdaric"]
CMD ["app.handler"]
