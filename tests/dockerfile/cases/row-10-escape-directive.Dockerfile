# escape=`
FROM a
RUN dir `
  C:\
