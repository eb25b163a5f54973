#
##x
 #y
# syntax=z
FROM a
RUN x # not a comment
  # last