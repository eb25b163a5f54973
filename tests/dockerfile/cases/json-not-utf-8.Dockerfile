FROM a
CMD ["ÿâ‚"]
