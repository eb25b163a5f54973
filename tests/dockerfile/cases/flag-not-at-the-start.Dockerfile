FROM a
RUN x --mount=type=cache
COPY x --from=b y
