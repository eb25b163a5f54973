FROM a
RUN -- --x y
RUN --network=none -- --y
RUN --
