FROM a
RUN --mount=type="tmpfs",target='/a b' x
