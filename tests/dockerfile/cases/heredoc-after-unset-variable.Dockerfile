FROM a
RUN echo ${A:-x} "$B" $C <<E
x
E
