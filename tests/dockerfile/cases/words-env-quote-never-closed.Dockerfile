FROM a
LABEL A="b c=d
