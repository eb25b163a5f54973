FROM a
ADD <<E /d
x
E
