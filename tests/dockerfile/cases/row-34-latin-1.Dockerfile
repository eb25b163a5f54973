FROM a
# café
RUN echo café
