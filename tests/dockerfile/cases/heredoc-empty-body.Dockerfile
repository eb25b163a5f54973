FROM a
RUN <<E
E
RUN <<E

E
