FROM a
RUN <<'EOF'
$x
EOF
RUN <<"E F"
y
E F
RUN <<E"O"F
EOF
