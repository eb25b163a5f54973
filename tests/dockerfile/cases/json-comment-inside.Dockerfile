FROM a
CMD ["a", \
  # no
  "b"]
