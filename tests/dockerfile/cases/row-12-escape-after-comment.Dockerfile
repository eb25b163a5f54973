# hello
# escape=`
FROM a
RUN dir C:`
USER u
