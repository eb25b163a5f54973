FROM a
COPY x y z
ENV A=1 B=2
