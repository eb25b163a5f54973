FROM a
RUN ["cat", "<<E"]
COPY ["<<E", "/d"]
