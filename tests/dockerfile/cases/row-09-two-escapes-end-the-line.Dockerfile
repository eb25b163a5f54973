FROM a
ENV P C:\\x\\
ENV Q 1
