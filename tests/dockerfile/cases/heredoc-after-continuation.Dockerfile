FROM a
RUN x && \
  cat <<E
body \
# no comment

E
USER u
