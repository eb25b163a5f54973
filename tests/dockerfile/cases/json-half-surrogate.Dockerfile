FROM a
CMD ["\ud800", "x\udc00y"]
