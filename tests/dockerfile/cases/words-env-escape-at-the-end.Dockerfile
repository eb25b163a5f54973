FROM a
ENV A=b\ 
ENV B="c\\"
