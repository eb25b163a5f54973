FROM a
RUN <<E
E 
 E
E
