# escape=`
FROM a
ENV W=C:\win
