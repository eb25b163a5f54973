FROM a
CMD ["h.h",]
