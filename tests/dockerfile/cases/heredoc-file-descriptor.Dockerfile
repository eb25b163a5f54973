FROM a
RUN cat 3<<E <&3
x
E
