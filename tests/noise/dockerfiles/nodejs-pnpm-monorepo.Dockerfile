FROM public.ecr.aws/lambda/nodejs:24 AS build
WORKDIR /usr/app
RUN corepack enable && corepack prepare pnpm@10.10.0 --activate
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,target=/root/.pnpm \
    pnpm install --frozen-lockfile
COPY packages ./packages
RUN pnpm --filter orders build && pnpm --filter orders deploy --prod /out

FROM public.ecr.aws/lambda/nodejs:24
COPY --from=build /out/node_modules ./node_modules
COPY --from=build /out/dist ./
CMD ["index.handler"]
