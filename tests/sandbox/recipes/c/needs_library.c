/* The runtime of client.c, linked with a shared library of its own. */
const char *greeting(void);
int runtime(void);
#define main runtime
#include "client.c"
#undef main
int main(void) { return greeting()[0] == 'h' ? runtime() : 4; }
