FROM a
COPY ["a b", "c", "/d e/"]
ADD --chown=x ["a", "b"]
