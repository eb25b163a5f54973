FROM a
RUN echo $((1<<3)) a<<b
USER u
