FROM public.ecr.aws/lambda/nodejs:24 AS builder
WORKDIR /usr/app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json esbuild.mjs ./
COPY lib ./lib
RUN node esbuild.mjs

FROM public.ecr.aws/lambda/nodejs:24
WORKDIR ${LAMBDA_TASK_ROOT}
COPY --from=builder /usr/app/dist/ ./
CMD ["api.handler"]
