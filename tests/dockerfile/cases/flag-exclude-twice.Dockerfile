FROM a
COPY --exclude=*.md --exclude=.git . /x
