#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/http.h"

/* A server with handlers for every case, on a thread of its own; the tests are its clients over real sockets.
 */

/* ---- the server under test ---- */

typedef struct Server Server;
struct Server {
        HttpConfig config;
        bool (*also)(Server *server, HttpRequest *request); /* answers what is not below; NULL = none */
        pthread_t thread;
        sem_t ready;
        Loop *loop;
        Http *http;
        uint16_t port;
        char file[64];
        bool stopping; /* the test has seen to its end */
};

static inline uint64_t number_in(Str query)
{
        int64_t n = 0;
        (void)parse_i64(query, &n);
        return (uint64_t)n;
}

static inline void reply_text(HttpRequest *request, int status, const char *text)
{
        http_reply(request, status, "text/plain", text, strlen(text));
}

static inline void serve_flood(HttpRequest *request)
{
        static char piece[100000];
        memset(piece, 'f', sizeof piece);
        uint64_t left = number_in(request->query);
        if (http_begin(request, 200, "application/octet-stream") < 0)
                return;
        while (left > 0) {
                size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
                if (http_write(request, piece, n) < 0)
                        return;
                left -= n;
        }
        (void)http_end(request);
}

static inline void serve_stream(HttpRequest *request)
{
        char piece[1000];
        uint64_t total = 0, sum = 0;
        int n;
        while ((n = http_read(request, piece, sizeof piece)) > 0) {
                for (int i = 0; i < n; i++)
                        sum += (unsigned char)piece[i];
                total += (uint64_t)n;
        }
        reply_text(request,
                n == -EMSGSIZE ? 413
                : n < 0        ? 400
                               : 200,
                arena_printf(
                        request->arena, "%llu %llu", (unsigned long long)total, (unsigned long long)sum));
}

static inline void serve_info(HttpRequest *request)
{
        StrBuf out = {.arena = request->arena};
        Str test = http_header(request, "x-test");
        strbuf_printf(&out, "%.*s|%.*s|%.*s|%.*s|%s|%u", (int)request->method.len, request->method.p,
                (int)request->path.len, request->path.p, (int)request->query.len, request->query.p,
                (int)test.len, test.p ? test.p : "", request->address, request->n_headers);
        http_set(request, "X-One", "1");
        http_set(request, "X-Two", "\xc3\xb1");
        http_reply(request, 200, "text/plain", out.p, out.len);
}

static inline void serve_stats(HttpRequest *request)
{
        HttpStats stats;
        http_stats(((Server *)request->arg)->http, &stats);
        reply_text(request, 200,
                arena_printf(request->arena, "connections=%u running=%u requests=%llu refused=%llu",
                        stats.connections, stats.running, (unsigned long long)stats.requests,
                        (unsigned long long)stats.refused));
}

static inline void stop_server(void *arg)
{
        Server *server = arg;
        http_drain(server->http, 3000000);
        server->http = http_close(server->http);
        loop_stop(server->loop);
}

static inline void serve(Http *http, HttpRequest *request)
{
        Server *server = request->arg;
        Str path = request->path;
        if (server->also && server->also(server, request))
                return;
        if (str_is(path, "/echo"))
                http_reply(request, 200, "text/plain", request->body.p, request->body.len);
        else if (str_is(path, "/sleep")) {
                task_sleep((int64_t)number_in(request->query) * 1000);
                reply_text(request, 200, "slept");
        } else if (str_is(path, "/flood"))
                serve_flood(request);
        else if (str_is(path, "/big"))
                http_reply(request, 200, NULL, arena_alloc(request->arena, number_in(request->query)),
                        number_in(request->query));
        else if (str_is(path, "/stream"))
                serve_stream(request);
        else if (str_is(path, "/stream-unread"))
                reply_text(request, 200, "not read");
        else if (str_is(path, "/file")) {
                if (http_file(request, 200, "text/plain", server->file) < 0)
                        reply_text(request, 404, "no file");
        } else if (str_is(path, "/cut")) {
                (void)http_begin(request, 200, NULL);
                (void)http_write(request, "half", 4);
        } else if (str_is(path, "/nothing"))
                return;
        else if (str_is(path, "/empty"))
                http_reply(request, (int)number_in(request->query), NULL, NULL, 0);
        else if (str_is(path, "/reload"))
                reply_text(request, 200,
                        arena_printf(request->arena, "reloaded: %d", http_reload_certificate(server->http)));
        else if (str_is(path, "/stats"))
                serve_stats(request);
        else if (str_is(path, "/stop")) {
                assert_int_equal(task_spawn(server->loop, stop_server, server, NULL), 0);
                reply_text(request, 200, "stopping");
        } else if (str_is(path, "/close")) {
                server->http = http_close(server->http);
                task_sleep(1000);
                reply_text(request, 200, "nobody hears this");
                loop_stop(server->loop);
        } else
                serve_info(request);
}

static inline bool streams(const HttpRequest *request, size_t *ret_max, void *arg)
{
        if (request->path.len < 7 || memcmp(request->path.p, "/stream", 7) != 0)
                return false;
        *ret_max = 6000000;
        return true;
}

static void problem(
        HttpRequest *request, MsgCode code, StrBuf *ret_body, const char **ret_content_type, void *arg)
{
        strbuf_printf(ret_body, "%s: %s", msg_key(code), request->reason ? request->reason : "-");
        *ret_content_type = "application/problem+json";
}

static inline void *server_main(void *arg)
{
        Server *server = arg;
        HttpHandlers handlers = {.request = serve, .streams = streams, .problem = problem, .arg = server};
        assert_int_equal(loop_new(&server->loop), 0);
        assert_int_equal(http_open(server->loop, &server->config, &handlers, &server->http), 0);
        server->port = http_port(server->http);
        sem_post(&server->ready);
        loop_run(server->loop);
        server->loop = loop_free(server->loop);
        return NULL;
}

static inline Server *server_start_also(HttpConfig config, bool (*also)(Server *server, HttpRequest *request))
{
        Server *server = calloc(1, sizeof *server);
        assert_non_null(server);
        server->config = config;
        server->also = also;
        assert_int_equal(sem_init(&server->ready, 0, 0), 0);
        assert_int_equal(pthread_create(&server->thread, NULL, server_main, server), 0);
        (void)sem_wait(&server->ready);
        return server;
}

static inline Server *server_start(HttpConfig config)
{
        return server_start_also(config, NULL);
}

/* ---- the client ---- */

static inline int client_open(const Server *server)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in sa = {
                .sin_family = AF_INET,
                .sin_port = htons(server->port),
                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        };
        struct timeval patience = {.tv_sec = 10};
        assert_true(fd >= 0);
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
        return fd;
}

static inline void client_send(int fd, const char *data, size_t len)
{
        while (len > 0) {
                ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
                if (n <= 0)
                        return; /* the server may refuse before all is sent */
                data += n;
                len -= (size_t)n;
        }
}

static inline void say(int fd, const char *text)
{
        client_send(fd, text, strlen(text));
}

/* Reads until `n` times `mark` has been seen, or to the end when mark is NULL. On the heap. */
static inline char *hear(int fd, const char *mark, unsigned n)
{
        StrBuf all = {};
        strbuf_puts(&all, "");
        for (size_t from = 0; n > 0;) {
                char *room = strbuf_reserve(&all, 65536);
                ssize_t got = recv(fd, room, 65536, 0);
                if (got <= 0)
                        break;
                all.len += (size_t)got;
                all.p[all.len] = 0;
                for (char *at; mark && n > 0 && (at = strstr(all.p + from, mark)); n--)
                        from = (size_t)(at - all.p) + strlen(mark);
        }
        return all.p;
}

/* One exchange on a connection of its own, to the end. */
static inline char *ask(const Server *server, const char *text)
{
        int fd = client_open(server);
        say(fd, text);
        char *answer = hear(fd, NULL, 1);
        (void)close(fd);
        return answer;
}

#define REQUEST(line, fields) line " HTTP/1.1\r\nHost: x\r\n" fields "\r\n"
#define LAST                  "Connection: close\r\n"

static inline void expect_answer(const Server *server, const char *text, const char *const *parts)
{
        char *answer = ask(server, text);
        for (; *parts; parts++)
                if (!strstr(answer, *parts))
                        fail_msg("to %.200s\nexpected %s\ngot %.500s", text, *parts, answer);
        free(answer);
}

#define EXPECT(server, text, ...) expect_answer(server, text, (const char *const[]){__VA_ARGS__, NULL})

static inline bool contains(const char *text, const char *part)
{
        return strstr(text, part) != NULL;
}

/* Asks until the statistics say so: what ends on the server ends a little later than here. */
static inline void expect_stats(const Server *server, const char *part)
{
        for (int i = 0; i < 200; i++) {
                char *answer = ask(server, REQUEST("GET /stats", LAST));
                bool found = contains(answer, part);
                free(answer);
                if (found)
                        return;
                (void)usleep(10000);
        }
        fail_msg("never %s", part);
}

static inline void server_stop(Server *server)
{
        if (!server->stopping)
                free(ask(server, REQUEST("GET /stop", LAST)));
        assert_int_equal(pthread_join(server->thread, NULL), 0);
        (void)sem_destroy(&server->ready);
        free(server);
}

/* How many bytes come, and whether the whole answer did. */
static inline size_t drain_socket(int fd, unsigned pause_us)
{
        static char block[1 << 18];
        size_t total = 0;
        ssize_t n;
        while ((n = recv(fd, block, sizeof block, 0)) > 0) {
                total += (size_t)n;
                if (pause_us)
                        (void)usleep(pause_us);
        }
        return total;
}
