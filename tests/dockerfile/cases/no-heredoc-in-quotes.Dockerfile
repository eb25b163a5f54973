FROM a
RUN echo "<<E" '<<F'
USER u
