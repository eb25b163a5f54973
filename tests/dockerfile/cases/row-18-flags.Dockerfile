FROM a AS b
FROM c
COPY --from=b --chmod=600 x y
RUN --mount=type=cache,target=/x --network=none cmd --flag
