FROM a
ENV A= B="" C=''
LABEL "a b"=c
