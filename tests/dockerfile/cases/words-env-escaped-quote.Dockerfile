FROM a
ENV A=\"b c=d
