FROM a
RUN <<E
# escape=`
x `
E
RUN a \
  b
