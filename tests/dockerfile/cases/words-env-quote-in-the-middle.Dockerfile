FROM a
ENV A=a"b c"d'e f' B=2
