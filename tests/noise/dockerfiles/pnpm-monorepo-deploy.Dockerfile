FROM node:22-slim AS base
ENV PNPM_HOME="/pnpm" PATH="/pnpm:$PATH"
RUN corepack enable
COPY . /app
WORKDIR /app
FROM base AS build
RUN --mount=type=cache,id=pnpm,target=/pnpm/store pnpm install --frozen-lockfile
RUN pnpm run -r build
RUN pnpm deploy --filter=api --prod /prod/api
FROM public.ecr.aws/lambda/nodejs:22
COPY --from=build /prod/api ${LAMBDA_TASK_ROOT}
CMD ["dist/index.handler"]
