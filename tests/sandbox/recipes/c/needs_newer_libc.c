/* The runtime of client.c, linked against a C library that has a version of tomorrow. */
int of_the_future(void);
int runtime(void);
#define main runtime
#include "client.c"
#undef main
int main(void) { return of_the_future() == 1 ? runtime() : 4; }
