FROM a
CMD ["C:\x"]
