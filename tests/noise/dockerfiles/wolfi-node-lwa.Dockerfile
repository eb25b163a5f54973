FROM cgr.dev/chainguard/node:latest-dev AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
FROM cgr.dev/chainguard/node:latest
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter
WORKDIR /app
COPY --from=build /app /app
ENV PORT=8080
CMD ["server.js"]
