FROM a
RUN one \
  two
# c
CMD ["h.h"]
