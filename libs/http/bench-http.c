/* A server to measure: GET / answers 256 bytes, GET /task the same after parking once, POST / gives the body
 * back. Prints its port; runs until it is killed. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/http.h"

static void serve(Http *http, HttpRequest *request)
{
        static const char hello[256] = "{\"hello\":\"world\"";
        if (request->body.len > 0) {
                http_reply(request, 200, "application/json", request->body.p, request->body.len);
                return;
        }
        if (str_is(request->path, "/task"))
                task_yield();
        http_reply(request, 200, "application/json", hello, sizeof hello);
}

int main(int argc, char **argv)
{
        Loop *loop;
        Http *http;
        HttpConfig config = {.port = (uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 0)};
        if (loop_new(&loop) < 0 || http_open(loop, &config, &(HttpHandlers){.request = serve}, &http) < 0)
                return 1;
        printf("%d\n", http_port(http));
        (void)fflush(stdout);
        loop_run(loop);
        return 0;
}
