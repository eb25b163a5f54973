FROM a
ONBUILD COPY --from=b --chown=c x y
