FROM a
COPY <<A <<B c.txt /d/
one
A
two
B
CMD ["x"]
