FROM a
CMD ["h.h"] # c
