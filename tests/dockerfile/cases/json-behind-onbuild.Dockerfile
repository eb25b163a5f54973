FROM a
ONBUILD CMD ["a"]
ONBUILD CMD a
onbuild entrypoint ["x"]
