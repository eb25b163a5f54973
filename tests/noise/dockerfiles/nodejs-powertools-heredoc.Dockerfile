# syntax=docker/dockerfile:1
FROM public.ecr.aws/lambda/nodejs:24 AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json ./
COPY src ./src
RUN <<EOF
set -e
npx esbuild src/index.ts --bundle --platform=node --target=node24 --outfile=dist/index.js
cp -r assets dist/ 2>/dev/null || true
EOF

FROM public.ecr.aws/lambda/nodejs:24
ENV POWERTOOLS_SERVICE_NAME=orders POWERTOOLS_LOG_LEVEL=INFO
COPY --from=build /build/dist/ ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
