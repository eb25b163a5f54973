FROM a
HEALTHCHECK --interval=5s CMD ["curl", "x"]
HEALTHCHECK CMD curl x
HEALTHCHECK NONE
healthcheck cmd  ["x"
