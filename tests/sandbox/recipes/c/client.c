/* A runtime in C, with nothing but sockets: asks for one event after the other and answers each. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ask(const char *request, char *reply, size_t size) {
    char host[64];
    struct sockaddr_in to = {.sin_family = AF_INET};
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    if (api == NULL || strlen(api) >= sizeof host) return -1;
    strcpy(host, api);
    char *port = strchr(host, ':');
    if (port == NULL) return -1;
    *port = '\0';
    to.sin_port = htons((unsigned short)atoi(port + 1));
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) return -1;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) return -1;
    if (write(s, request, strlen(request)) < 0) return -1;
    size_t got = 0;
    for (ssize_t n; got + 1 < size && (n = read(s, reply + got, size - 1 - got)) > 0;) {
        got += (size_t)n;
        reply[got] = '\0';
        if (strstr(reply, "\r\n\r\n") != NULL) break;
    }
    close(s);
    return got > 0 ? 0 : -1;
}

int main(void) {
    static char reply[65536], request[1024];
    for (;;) {
        if (ask("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n", reply, sizeof reply) != 0)
            return 1;
        char *id = strstr(reply, "Lambda-Runtime-Aws-Request-Id: ");
        if (id == NULL) return 2;
        id += strlen("Lambda-Runtime-Aws-Request-Id: ");
        id[strcspn(id, "\r")] = '\0';
        snprintf(request, sizeof request,
                 "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: runtime\r\n"
                 "Content-Length: 7\r\n\r\n\"hello\"", id);
        if (ask(request, reply, sizeof reply) != 0) return 3;
    }
}
