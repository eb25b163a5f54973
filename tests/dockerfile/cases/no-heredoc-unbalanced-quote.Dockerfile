FROM a
RUN echo it's <<E
USER u
