FROM	aAS	b
COPY	x  y	z
