FROM a
RUN x \
USER u
CMD y
