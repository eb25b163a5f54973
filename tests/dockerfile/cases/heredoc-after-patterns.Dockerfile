FROM a
RUN echo ${A/x/y} ${A#x} ${A:+x} "${A:-b}"c <<E$F "a\$b" 'c'
x
E$F
USER u
