#  Escape =  `  
FROM a
RUN x `
 y
