FROM a
RUN   a   b  
WORKDIR  /x y 
USER	u
