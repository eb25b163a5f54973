FROM a
USER ["x"]
WORKDIR ["y"]
