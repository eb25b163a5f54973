/* Stands in for a C library that is newer than any base: see newer_libc.map. */
int of_the_future(void) { return 1; }
