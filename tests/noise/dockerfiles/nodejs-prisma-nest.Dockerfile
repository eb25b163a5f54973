FROM node:24-alpine AS base

FROM base AS build
WORKDIR /app
COPY package*.json ./
COPY prisma ./prisma
RUN npm ci && npx prisma generate
COPY . .
RUN npm run build && npm prune --omit=dev

FROM public.ecr.aws/lambda/nodejs:24 AS deploy
ARG REVISION
ENV REVISION=$REVISION NODE_ENV=production
COPY package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
CMD ["dist/main.handler"]
