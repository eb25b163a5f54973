# check=skip=all
# escape=`
FROM a
RUN dir `
  C:\
