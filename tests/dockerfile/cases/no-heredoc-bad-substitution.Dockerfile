FROM a
RUN echo ${{x}} <<E
USER u
