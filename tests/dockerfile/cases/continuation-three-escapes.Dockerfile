FROM a
RUN x \\\
USER u
