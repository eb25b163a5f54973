from a as b
cmd ["h"]
