FROM a
RUN <<A
cat <<B
A
USER u
