FROM a
RUN <<E | sh -x
USER z
E
