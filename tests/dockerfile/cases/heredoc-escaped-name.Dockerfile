FROM a
RUN <<E\F
x
EF
