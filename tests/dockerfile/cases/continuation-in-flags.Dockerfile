FROM a
RUN --mount=type=cache,target=/a \
    --mount=type=bind,target=/b \
  cmd
