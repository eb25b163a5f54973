FROM a
CMD ["\u00e9\n\"\\", "\ud83d\ude00"]
