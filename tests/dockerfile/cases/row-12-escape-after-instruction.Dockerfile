FROM a
# escape=`
RUN dir C:`
USER u
