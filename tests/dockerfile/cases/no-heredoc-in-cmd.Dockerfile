FROM a
CMD cat <<E
USER u
