	 FROM a
  RUN x
