FROM a
ENV A b c=d
ENV B="x y" C='p q' D=a\ b E=\$HOME
