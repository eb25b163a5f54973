FROM a
RUN <<EOF
echo hi
USER x
EOF
CMD ["h.h"]