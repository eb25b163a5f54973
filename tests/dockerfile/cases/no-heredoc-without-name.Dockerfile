FROM a
RUN cat <<
RUN cat <<""
USER u
