/* A library that needs another. */
const char *greeting(void);
const char *outer(void) { return greeting(); }
