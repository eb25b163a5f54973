FrOm a
rUn x
OnBuild Run y
