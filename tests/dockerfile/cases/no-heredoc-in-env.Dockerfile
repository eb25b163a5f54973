FROM a
ENV A="<<E"
LABEL b=<<E
