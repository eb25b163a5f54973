FROM a
COPY --chown="" x y
