FROM a
RUN --mount=type=cache,target=/é x
