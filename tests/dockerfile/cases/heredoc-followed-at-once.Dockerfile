FROM a
RUN <<A
x
A
RUN <<B
y
B
FROM b
