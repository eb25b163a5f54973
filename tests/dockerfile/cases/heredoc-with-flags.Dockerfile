FROM a
RUN --mount=type=cache,target=/c <<E
x
E
COPY --chmod=755 <<E /d
y
E
