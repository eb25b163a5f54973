  \
  FROM a
USER u
