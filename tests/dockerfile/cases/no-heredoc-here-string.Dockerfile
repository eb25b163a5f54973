FROM a
RUN cat <<<E
USER u
