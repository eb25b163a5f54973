FROM a
VOLUME ["/a", "/b"]
VOLUME /c /d
VOLUME ["/a" "/b"]
