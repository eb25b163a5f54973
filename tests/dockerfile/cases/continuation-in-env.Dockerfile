FROM a
ENV A=1 \
    B="2 \
3" \
    # why
    C=4
