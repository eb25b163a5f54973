FROM a
RUN cat << E && cat <<-	F
x
E
USER u
