FROM a
CMD [NaN]
RUN [ -z x ]
