FROM a
RUN xy
ENV A=b
