FROM a
RUN x \
  # c \
  && y
USER u
