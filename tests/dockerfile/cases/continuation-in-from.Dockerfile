FROM \
  a \
  AS b
