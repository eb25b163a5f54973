FROM a
 
	

 
USER u
