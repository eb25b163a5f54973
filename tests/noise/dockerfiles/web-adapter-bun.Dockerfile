FROM public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 AS adapter
FROM oven/bun:1.2
COPY --from=adapter /lambda-adapter /opt/extensions/lambda-adapter
ENV PORT=8080
WORKDIR /var/task
COPY package.json bun.lock ./
RUN bun install --production --frozen-lockfile
COPY src ./src
CMD ["bun", "run", "src/index.ts"]
