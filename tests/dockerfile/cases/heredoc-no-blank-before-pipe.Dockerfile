FROM a
RUN cat <<E|sh
x
E|sh
USER u
