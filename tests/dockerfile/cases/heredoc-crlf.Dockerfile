FROM a
RUN <<E
echo
E
USER u
