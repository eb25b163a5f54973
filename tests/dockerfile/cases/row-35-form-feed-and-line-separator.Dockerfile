FROM a
RUN onetwo threefour
USER u
