FROM a
# c \
USER u
