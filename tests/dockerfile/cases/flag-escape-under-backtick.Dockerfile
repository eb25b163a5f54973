# escape=`
FROM a
COPY --from=a` b --chmod=C:\x y z
