FROM a
RUN one \
# c
  two