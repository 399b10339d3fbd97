/* The server over real sockets: it runs on a thread of its own, the tests are its clients. */

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

/* ---- the server under test ---- */

typedef struct Server {
        HttpConfig config;
        pthread_t thread;
        sem_t ready;
        Loop *loop;
        Http *http;
        uint16_t port;
        char file[64];
        bool stopping; /* the test has seen to its end */
} Server;

static uint64_t number_in(Str query)
{
        int64_t n = 0;
        (void)parse_i64(query, &n);
        return (uint64_t)n;
}

static void reply_text(HttpRequest *request, int status, const char *text)
{
        http_reply(request, status, "text/plain", text, strlen(text));
}

static void serve_flood(HttpRequest *request)
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

static void serve_stream(HttpRequest *request)
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

static void serve_info(HttpRequest *request)
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

static void serve_stats(HttpRequest *request)
{
        HttpStats stats;
        http_stats(((Server *)request->arg)->http, &stats);
        reply_text(request, 200,
                arena_printf(request->arena, "connections=%u running=%u requests=%llu refused=%llu",
                        stats.connections, stats.running, (unsigned long long)stats.requests,
                        (unsigned long long)stats.refused));
}

static void stop_server(void *arg)
{
        Server *server = arg;
        http_drain(server->http, 3000000);
        server->http = http_close(server->http);
        loop_stop(server->loop);
}

static void serve(Http *http, HttpRequest *request)
{
        Server *server = request->arg;
        Str path = request->path;
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

static bool streams(const HttpRequest *request, size_t *ret_max, void *arg)
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

static void *server_main(void *arg)
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

static Server *server_start(HttpConfig config)
{
        Server *server = calloc(1, sizeof *server);
        assert_non_null(server);
        server->config = config;
        assert_int_equal(sem_init(&server->ready, 0, 0), 0);
        assert_int_equal(pthread_create(&server->thread, NULL, server_main, server), 0);
        (void)sem_wait(&server->ready);
        return server;
}

/* ---- the client ---- */

static int client_open(const Server *server)
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

static void client_send(int fd, const char *data, size_t len)
{
        while (len > 0) {
                ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
                if (n <= 0)
                        return; /* the server may refuse before all is sent */
                data += n;
                len -= (size_t)n;
        }
}

static void say(int fd, const char *text)
{
        client_send(fd, text, strlen(text));
}

/* Reads until `n` times `mark` has been seen, or to the end when mark is NULL. On the heap. */
static char *hear(int fd, const char *mark, unsigned n)
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
static char *ask(const Server *server, const char *text)
{
        int fd = client_open(server);
        say(fd, text);
        char *answer = hear(fd, NULL, 1);
        (void)close(fd);
        return answer;
}

#define REQUEST(line, fields) line " HTTP/1.1\r\nHost: x\r\n" fields "\r\n"
#define LAST                  "Connection: close\r\n"

static void expect_answer(const Server *server, const char *text, const char *const *parts)
{
        char *answer = ask(server, text);
        for (; *parts; parts++)
                if (!strstr(answer, *parts))
                        fail_msg("to %.200s\nexpected %s\ngot %.500s", text, *parts, answer);
        free(answer);
}

#define EXPECT(server, text, ...) expect_answer(server, text, (const char *const[]){__VA_ARGS__, NULL})

static bool contains(const char *text, const char *part)
{
        return strstr(text, part) != NULL;
}

/* Asks until the statistics say so: what ends on the server ends a little later than here. */
static void expect_stats(const Server *server, const char *part)
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

static void server_stop(Server *server)
{
        if (!server->stopping)
                free(ask(server, REQUEST("GET /stop", LAST)));
        assert_int_equal(pthread_join(server->thread, NULL), 0);
        (void)sem_destroy(&server->ready);
        free(server);
}

/* ---- tests ---- */

static void test_answers(void **state)
{
        Server *server = server_start((HttpConfig){});
        EXPECT(server, REQUEST("GET /a/../b%20c?d=e%20f", "X-Test: 1\r\nx-tEST:2\r\n" LAST),
                "HTTP/1.1 200 OK\r\n", "\r\nDate: ", " GMT\r\n", "\r\nContent-Type: text/plain\r\n",
                "\r\nX-One: 1\r\nX-Two: \xc3\xb1\r\n", "\r\nConnection: close\r\n",
                "\r\n\r\nGET|/b c|d=e%20f|1, 2|127.0.0.1|4");
        EXPECT(server, "GET http://x?q HTTP/1.1\r\nHost: x\r\n" LAST "\r\n", "GET|/|q|");
        EXPECT(server, "OPTIONS * HTTP/1.1\r\nHost: x\r\n" LAST "\r\n", "OPTIONS|*||");
        EXPECT(server, REQUEST("POST /echo", "Content-Length: 5\r\n" LAST) "hello",
                "\r\nContent-Length: 5\r\n", "\r\n\r\nhello");
        EXPECT(server,
                REQUEST("POST /echo",
                        "Transfer-Encoding: chunked\r\n" LAST) "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: u\r\n\r\n",
                "\r\nContent-Length: 5\r\n", "\r\n\r\nabcde");
        EXPECT(server, REQUEST("GET /nothing", LAST), "HTTP/1.1 500 ", "internal: -");
        EXPECT(server, REQUEST("GET /empty?299", LAST), "HTTP/1.1 299 \r\n", "\r\nContent-Length: 0\r\n");
        server_stop(server);
}

static void test_no_body(void **state)
{
        Server *server = server_start((HttpConfig){});
        char *answer = ask(server, REQUEST("HEAD /big?1000", LAST));
        assert_true(contains(answer, "\r\nContent-Length: 1000\r\n"));
        assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
        free(answer);
        answer = ask(server, REQUEST("HEAD /flood?1000", LAST));
        assert_true(contains(answer, "\r\nTransfer-Encoding: chunked\r\n"));
        assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
        free(answer);
        for (int i = 0; i < 2; i++) {
                answer = ask(server, i ? REQUEST("GET /empty?204", LAST) : REQUEST("GET /empty?304", LAST));
                assert_false(contains(answer, "Content-Length"));
                free(answer);
        }
        /* The connection is still in step after them. */
        int fd = client_open(server);
        say(fd, REQUEST("HEAD /big?1000", "") REQUEST("GET /empty?204", "") REQUEST("GET /x", LAST));
        answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "204 No Content\r\n") && contains(answer, "GET|/x|"));
        free(answer);
        (void)close(fd);
        server_stop(server);
}

static void test_keep_alive(void **state)
{
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        for (int i = 0; i < 50; i++) {
                say(fd, REQUEST("GET /x", ""));
                char *answer = hear(fd, "|127.0.0.1|1", 1);
                free(answer);
                say(fd, REQUEST("POST /echo", "Content-Length: 3\r\n") "ab");
                say(fd, "c");
                answer = hear(fd, "\r\n\r\nabc", 1);
                assert_true(contains(answer, "\r\n\r\nabc"));
                assert_false(contains(answer, "Connection"));
                free(answer);
                if (i == 0)
                        (void)usleep(50000);
        }
        (void)close(fd);
        expect_stats(server, "connections=1 ");
        server_stop(server);
}

/* Byte by byte, a request is what it is in one piece. */
static void test_pieces(void **state)
{
        static const char text[] = "\r\n" REQUEST("POST /echo?1", "Content-Length: 5\r\n") "hello" REQUEST(
                "POST /echo", "Transfer-Encoding: chunked\r\n" LAST) "3\r\nabc\r\n0\r\n\r\n";
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        for (size_t i = 0; i < sizeof text - 1; i++) {
                client_send(fd, text + i, 1);
                if (i % 8 == 0)
                        (void)usleep(500);
        }
        char *answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "\r\n\r\nhelloHTTP/1.1 200") && contains(answer, "\r\n\r\nabc"));
        free(answer);
        (void)close(fd);
        server_stop(server);
}

static void test_pipelining(void **state)
{
        enum { N = 300 };
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        StrBuf text = {};
        for (int i = 0; i < N; i++) /* the first ones take longer than the last ones */
                strbuf_printf(&text, "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n%s\r\n%04d",
                        i < 3 ? "sleep?20" : "echo", i == N - 1 ? LAST : "", i);
        client_send(fd, text.p, text.len);
        strbuf_done(&text);
        char *answer = hear(fd, NULL, 1), *at = answer;
        for (int i = 0; i < N; i++) {
                char body[16];
                (void)snprintf(body, sizeof body, "\r\n\r\n%04d", i);
                at = strstr(at, i < 3 ? "\r\n\r\nslept" : body);
                assert_non_null(at);
                at += 4;
        }
        free(answer);
        (void)close(fd);
        server_stop(server);
}

static void test_refusals(void **state)
{
        static const struct {
                const char *text, *status;
        } cases[] = {
                {"GET / HTTP/1.0\r\n\r\n", "505 "},
                {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 "},
                {REQUEST("GET /%00", ""), "400 "},
                {REQUEST("GET /a%2fb", ""), "400 "},
                {REQUEST("GET /%ff", ""), "400 "},
                {"GET / HTTP/1.1\r\n\r\n", "400 "},
                {"GET / HTTP/1.1\nHost: x\n\n", "400 "},
                {REQUEST("CONNECT x:1", ""), "501 "},
                {REQUEST("POST /", "Transfer-Encoding: xchunked\r\n") "0\r\n\r\n", "501 "},
                {REQUEST("POST /", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") "0\r\n\r\n",
                        "400 "},
                {REQUEST("POST /", "Content-Length: 3\r\nContent-Length: 4\r\n") "abcd", "400 "},
                {REQUEST("POST /", "Content-Length: +3\r\n") "abc", "400 "},
                {REQUEST("POST /", "Content-Length: 1001\r\n"), "413 "},
                {REQUEST("POST /", "Transfer-Encoding: chunked\r\n") "5\nhello\r\n", "400 "},
                {REQUEST("POST /stream", "Content-Length: 6000001\r\n"), "413 "},
                {REQUEST("GET /?0123456789012345678901234567890123456789012345678901234567890123456789", ""),
                        "414 "},
                {REQUEST("GET /", "a:\r\nb:\r\nc:\r\nd:\r\ne:\r\n"), "431 "},
        };
        Server *server = server_start((HttpConfig){.max_body = 1000, .max_target = 60, .max_headers = 5});
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                int fd = client_open(server);
                say(fd, cases[i].text);
                say(fd, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"); /* must never be answered */
                char *answer = hear(fd, NULL, 1);
                char status[32];
                (void)snprintf(status, sizeof status, "HTTP/1.1 %s", cases[i].status);
                if (strncmp(answer, status, strlen(status)) != 0 || contains(answer, "smuggled") ||
                        !contains(answer, "Connection: close\r\n") || !contains(answer, "problem+json"))
                        fail_msg("%s: %s", cases[i].text, answer);
                free(answer);
                (void)close(fd);
        }
        server_stop(server);
}

/* A body over the limit is refused whole even when the client sends on regardless. */
static void test_too_large(void **state)
{
        static const char block[65536];
        Server *server = server_start((HttpConfig){.max_body = 100000});
        for (int chunked = 0; chunked < 2; chunked++) {
                int fd = client_open(server);
                say(fd, chunked ? REQUEST("POST /echo", "Transfer-Encoding: chunked\r\n") "100000\r\n"
                                : REQUEST("POST /echo", "Content-Length: 1048576\r\n"));
                for (int i = 0; i < 16; i++)
                        client_send(fd, block, sizeof block);
                char *answer = hear(fd, NULL, 1);
                assert_true(contains(answer, "HTTP/1.1 413 "));
                free(answer);
                (void)close(fd);
        }
        server_stop(server);
}

static void test_buffered(void **state)
{
        static const char block[65536];
        Server *server = server_start((HttpConfig){.max_buffered = 100000});
        int first = client_open(server), second = client_open(server);
        say(first, REQUEST("POST /echo", "Content-Length: 70000\r\n"));
        client_send(first, block, sizeof block);
        expect_stats(server, "connections=3 ");
        say(second, REQUEST("POST /echo", "Content-Length: 70000\r\n"));
        client_send(second, block, sizeof block);
        char *answer = hear(second, NULL, 1);
        assert_true(contains(answer, "HTTP/1.1 503 "));
        free(answer);
        (void)close(second);
        client_send(first, block, 70000 - sizeof block);
        answer = hear(first, "\r\n\r\n", 1);
        assert_true(contains(answer, "HTTP/1.1 200 ") && contains(answer, "Content-Length: 70000\r\n"));
        free(answer);
        (void)close(first);
        server_stop(server);
}

static void test_continue(void **state)
{
        Server *server = server_start((HttpConfig){});
        for (int streamed = 0; streamed < 2; streamed++) {
                int fd = client_open(server);
                say(fd, streamed ? REQUEST("POST /stream",
                                           "Expect: 100-continue\r\nContent-Length: 3\r\n" LAST)
                                 : REQUEST("POST /echo",
                                           "Expect: 100-continue\r\nContent-Length: 3\r\n" LAST));
                char *answer = hear(fd, "\r\n\r\n", 1);
                assert_string_equal(answer, "HTTP/1.1 100 Continue\r\n\r\n");
                free(answer);
                say(fd, "abc");
                answer = hear(fd, NULL, 1);
                assert_true(contains(answer, streamed ? "\r\n\r\n3 294" : "\r\n\r\nabc"));
                free(answer);
                (void)close(fd);
        }
        /* No invitation to a body that is refused, or that came along. */
        EXPECT(server, REQUEST("POST /echo", "Expect: 100-continue\r\nContent-Length: 2000000\r\n"),
                "HTTP/1.1 413 ");
        char *answer = ask(
                server, REQUEST("POST /echo", "Expect: 100-continue\r\nContent-Length: 3\r\n" LAST) "abc");
        assert_false(contains(answer, "100 Continue"));
        free(answer);
        server_stop(server);
}

static void test_streamed(void **state)
{
        enum { SIZE = 5000000 };
        char *block = calloc(1, SIZE), expected[64];
        assert_non_null(block);
        uint64_t sum = 0;
        for (size_t i = 0; i < SIZE; i++)
                sum += (unsigned char)(block[i] = (char)(i * 7 + i / 1000));
        (void)snprintf(expected, sizeof expected, "\r\n\r\n%d %llu", SIZE, (unsigned long long)sum);
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        for (int chunked = 0; chunked < 2; chunked++) {
                if (chunked) {
                        say(fd, REQUEST("PUT /stream", "Transfer-Encoding: chunked\r\n"));
                        for (size_t i = 0; i < SIZE; i += 50000) {
                                say(fd, "c350\r\n");
                                client_send(fd, block + i, 50000);
                                say(fd, "\r\n");
                        }
                        say(fd, "0\r\n\r\n");
                } else {
                        say(fd, REQUEST("PUT /stream", "Content-Length: 5000000\r\n"));
                        client_send(fd, block, SIZE);
                }
                char *answer = hear(fd, expected, 1);
                assert_true(contains(answer, expected));
                assert_false(contains(answer, "Connection: close"));
                free(answer);
        }
        (void)close(fd);
        free(block);
        server_stop(server);
}

static void test_stream_ends(void **state)
{
        static const char block[65536];
        Server *server = server_start((HttpConfig){.body_timeout_ms = 20});
        /* Not read by the handler: the answer comes, the connection goes. */
        EXPECT(server, REQUEST("PUT /stream-unread", "Content-Length: 100\r\n"), "not read",
                "Connection: close\r\n");
        EXPECT(server, REQUEST("PUT /stream", "Transfer-Encoding: chunked\r\n") "zz\r\n", "HTTP/1.1 400 ");
        int fd = client_open(server);
        say(fd, REQUEST("PUT /stream", "Transfer-Encoding: chunked\r\n") "fffffff\r\n");
        for (int i = 0; i < 100; i++)
                client_send(fd, block, sizeof block);
        char *answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "HTTP/1.1 413 "));
        free(answer);
        (void)close(fd);
        /* The client goes away, or shuts its side down, in the middle. */
        fd = client_open(server);
        say(fd, REQUEST("PUT /stream", "Content-Length: 100\r\n") "abc");
        (void)shutdown(fd, SHUT_WR);
        answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "HTTP/1.1 400 "));
        free(answer);
        (void)close(fd);
        fd = client_open(server);
        say(fd, REQUEST("PUT /stream", "Content-Length: 100\r\n") "abc");
        (void)close(fd);
        /* Takes too long (20 times body_timeout_ms). */
        fd = client_open(server);
        int64_t start = clock_monotonic();
        say(fd, REQUEST("PUT /stream", "Content-Length: 100\r\n") "abc");
        answer = hear(fd, NULL, 1);
        assert_string_equal(answer, "");
        assert_true(clock_monotonic() - start < 3000000);
        free(answer);
        (void)close(fd);
        expect_stats(server, "connections=1 running=1 ");
        server_stop(server);
}

static void test_chunked_answers(void **state)
{
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        say(fd, REQUEST("GET /flood?0", "") REQUEST("GET /flood?5", ""));
        char *answer = hear(fd, "\r\n0\r\n\r\n", 2);
        assert_true(contains(answer, "\r\n\r\n0\r\n\r\nHTTP/1.1 200 "));
        free(answer);
        (void)close(fd);
        answer = ask(server, REQUEST("GET /cut", ""));
        assert_true(contains(answer, "4\r\nhalf\r\n"));
        assert_false(contains(answer, "\r\n0\r\n"));
        free(answer);
        server_stop(server);
}

/* How many bytes come, and whether the whole answer did. */
static size_t drain_socket(int fd, unsigned pause_us)
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

static void test_large_answers(void **state)
{
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        say(fd, REQUEST("GET /flood?30000000", LAST));
        (void)usleep(100000); /* the writer parks meanwhile */
        assert_in_range(drain_socket(fd, 0), 30000000, 30100000);
        (void)close(fd);
        fd = client_open(server);
        say(fd, REQUEST("GET /big?20000000", LAST));
        (void)usleep(100000);
        assert_in_range(drain_socket(fd, 0), 20000000, 20001000);
        (void)close(fd);
        server_stop(server);
}

/* Clients that leave at every moment; others are served meanwhile. */
static void test_disconnects(void **state)
{
        static const char *const texts[] = {
                "",
                "GET /",
                REQUEST("POST /echo", "Content-Length: 10\r\n") "abc",
                REQUEST("POST /echo", "Content-Length: 100000\r\n") "abc",
                REQUEST("GET /sleep?30", ""),
                REQUEST("GET /sleep?30", "") REQUEST("GET /sleep?30", ""),
                REQUEST("GET /flood?30000000", ""),
                REQUEST("GET /big?30000000", ""),
                REQUEST("GET /file", ""),
                REQUEST("PUT /stream", "Content-Length: 1000\r\n") "abc",
        };
        Server *server = server_start((HttpConfig){});
        for (int round = 0; round < 20; round++)
                for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                        int fd = client_open(server);
                        say(fd, texts[i]);
                        if (round % 3 == 1)
                                (void)usleep(2000);
                        if (round % 2) /* by reset */
                                (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                                        sizeof(struct linger));
                        (void)close(fd);
                }
        EXPECT(server, REQUEST("GET /x", LAST), "GET|/x|");
        expect_stats(server, "connections=1 running=1 ");
        server_stop(server);
}

/* A client that has shut its side down still gets what it asked for. */
static void test_half_close(void **state)
{
        Server *server = server_start((HttpConfig){});
        int fd = client_open(server);
        say(fd, REQUEST("GET /sleep?30", "") REQUEST("GET /sleep?1", ""));
        (void)shutdown(fd, SHUT_WR);
        char *answer = hear(fd, NULL, 1), *second = strstr(answer, "slept");
        assert_non_null(second);
        assert_true(contains(second + 1, "slept"));
        free(answer);
        (void)close(fd);
        server_stop(server);
}

/* Drips a byte every 20 ms; the deadline counts from the first one. */
static void drip(const Server *server, const char *start, const char *status)
{
        int fd = client_open(server);
        int64_t began = clock_monotonic();
        say(fd, start);
        for (int i = 0; i < 100; i++) {
                struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
                say(fd, "a");
                if (poll(&poll_fd, 1, 20) > 0)
                        break;
        }
        assert_in_range(clock_monotonic() - began, 150000, 1500000);
        char *answer = hear(fd, NULL, 1);
        if (status)
                assert_true(contains(answer, status));
        else
                assert_string_equal(answer, "");
        free(answer);
        (void)close(fd);
}

static void test_deadlines(void **state)
{
        Server *server = server_start((HttpConfig){
                .header_timeout_ms = 200,
                .body_timeout_ms = 200,
                .idle_timeout_ms = 300,
                .write_timeout_ms = 200,
        });
        drip(server, "GET /", "HTTP/1.1 408 ");
        drip(server, REQUEST("POST /echo", "Content-Length: 1000\r\n"), "HTTP/1.1 408 ");
        drip(server, REQUEST("POST /echo", "Transfer-Encoding: chunked\r\n") "fff\r\n", "HTTP/1.1 408 ");
        int idle = client_open(server), stuck = client_open(server);
        int64_t began = clock_monotonic();
        say(stuck, REQUEST("GET /big?30000000", ""));
        char *answer = hear(idle, NULL, 1);
        assert_in_range(clock_monotonic() - began, 250000, 1500000);
        assert_string_equal(answer, "");
        free(answer);
        (void)usleep(300000);
        assert_true(drain_socket(stuck, 0) < 30000000); /* given up */
        (void)close(idle);
        (void)close(stuck);
        expect_stats(server, "connections=1 running=1 ");
        server_stop(server);
}

static void test_many_connections(void **state)
{
        enum { N = 2000 };
        static int fds[N];
        struct rlimit limit = {};
        (void)getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        if (limit.rlim_cur < 2 * N + 100)
                skip();
        Server *server = server_start((HttpConfig){});
        for (int i = 0; i < N; i++) {
                fds[i] = client_open(server);
                if (i % 2)
                        say(fds[i], REQUEST("GET /x", ""));
        }
        expect_stats(server, "connections=2001 ");
        for (int i = 0; i < N; i++) {
                if (i % 2)
                        free(hear(fds[i], "|127.0.0.1|1", 1));
                say(fds[i], REQUEST("GET /sleep?1", ""));
        }
        for (int i = 0; i < N; i++) {
                char *answer = hear(fds[i], "\r\n\r\n", 1);
                assert_true(contains(answer, "HTTP/1.1 200 ") || contains(answer, "HTTP/1.1 503 "));
                free(answer);
                (void)close(fds[i]);
        }
        expect_stats(server, "connections=1 running=1 ");
        server_stop(server);
}

static void test_limits(void **state)
{
        Server *server = server_start((HttpConfig){.max_connections = 3, .max_requests = 2});
        int fds[3];
        for (int i = 0; i < 3; i++)
                fds[i] = client_open(server);
        say(fds[0], REQUEST("GET /sleep?300", ""));
        say(fds[1], REQUEST("GET /sleep?300", ""));
        (void)usleep(100000);
        say(fds[2], REQUEST("GET /x", "")); /* too many requests: the connection stays */
        char *answer = hear(fds[2], "busy: -", 1);
        assert_true(contains(answer, "HTTP/1.1 503 ") && contains(answer, "Retry-After: 1\r\n"));
        assert_false(contains(answer, "Connection: close"));
        free(answer);
        EXPECT(server, REQUEST("GET /x", ""), "HTTP/1.1 503 ", "busy: -", "Connection: close\r\n");
        for (int i = 0; i < 2; i++)
                free(hear(fds[i], "slept", 1));
        say(fds[2], REQUEST("GET /x", ""));
        free(hear(fds[2], "GET|/x|", 1));
        for (int i = 0; i < 3; i++)
                (void)close(fds[i]);
        (void)usleep(50000);
        server_stop(server);

        server = server_start((HttpConfig){.max_connections_address = 2});
        int first = client_open(server), second = client_open(server);
        EXPECT(server, REQUEST("GET /x", ""), "HTTP/1.1 503 ");
        (void)close(first);
        (void)close(second);
        expect_stats(server, "connections=1 ");
        server_stop(server);
}

/* Out of descriptors: the longest idle ones go, a new one is served. */
static void test_descriptors(void **state)
{
        enum { N = 100 };
        int fds[N], n = 0;
        struct rlimit limit = {}, low;
        Server *server = server_start((HttpConfig){});
        (void)getrlimit(RLIMIT_NOFILE, &limit);
        low = limit;
        int next = dup(0);
        (void)close(next);
        low.rlim_cur = (rlim_t)next + 81;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
        /* Each costs a descriptor here and one there. */
        for (; n < 40; n++) {
                fds[n] = client_open(server);
                say(fds[n], REQUEST("GET /x", ""));
                free(hear(fds[n], "|127.0.0.1|1", 1));
        }
        int fd = client_open(server);
        say(fd, REQUEST("GET /x", LAST));
        char *answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "GET|/x|"));
        free(answer);
        (void)close(fd);
        for (int i = 0; i < n; i++)
                (void)close(fds[i]);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        server_stop(server);
}

static void test_file(void **state)
{
        enum { SIZE = 3000000 };
        Server *server = server_start((HttpConfig){});
        (void)snprintf(server->file, sizeof server->file, "/tmp/test-http-XXXXXX");
        EXPECT(server, REQUEST("GET /file", LAST), "HTTP/1.1 404 ", "no file");
        int file = mkstemp(server->file);
        assert_true(file >= 0);
        char *answer = ask(server, REQUEST("GET /file", LAST));
        assert_true(contains(answer, "\r\nContent-Length: 0\r\n"));
        free(answer);
        char *block = calloc(1, SIZE + 1);
        assert_non_null(block);
        for (size_t i = 0; i < SIZE; i++)
                block[i] = (char)('a' + i % 23);
        assert_int_equal(write(file, block, SIZE), SIZE);
        answer = ask(server, REQUEST("GET /file", LAST));
        assert_true(contains(answer, "\r\nContent-Length: 3000000\r\n"));
        assert_string_equal(strstr(answer, "\r\n\r\n") + 4, block);
        free(answer);
        answer = ask(server, REQUEST("HEAD /file", LAST));
        assert_true(contains(answer, "\r\nContent-Length: 3000000\r\n"));
        assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
        free(answer);
        free(block);
        (void)close(file);
        (void)unlink(server->file);
        (void)snprintf(server->file, sizeof server->file, "/tmp");
        EXPECT(server, REQUEST("GET /file", LAST), "HTTP/1.1 404 ");
        server_stop(server);
}

/* A drain answers what has been asked and closes what is idle. */
static void test_drain(void **state)
{
        Server *server = server_start((HttpConfig){});
        int idle = client_open(server), busy = client_open(server), partial = client_open(server);
        say(idle, REQUEST("GET /x", ""));
        free(hear(idle, "|127.0.0.1|1", 1));
        say(busy, REQUEST("GET /sleep?200", ""));
        say(partial, "GET /x HTTP/1.1\r\nHos");
        (void)usleep(50000);
        free(ask(server, REQUEST("GET /stop", LAST)));
        char *answer = hear(idle, NULL, 1);
        assert_string_equal(answer, "");
        free(answer);
        (void)close(idle);
        say(partial, "t: x\r\n\r\n");
        answer = hear(partial, NULL, 1);
        assert_true(contains(answer, "GET|/x|") && contains(answer, "Connection: close\r\n"));
        free(answer);
        (void)close(partial);
        answer = hear(busy, NULL, 1);
        assert_true(contains(answer, "slept"));
        free(answer);
        (void)close(busy);
        server->stopping = true;
        server_stop(server);
}

static void test_close(void **state)
{
        Server *server = server_start((HttpConfig){});
        int other = client_open(server);
        say(other, "GET /");
        char *answer = ask(server, REQUEST("GET /close", ""));
        assert_string_equal(answer, "");
        free(answer);
        (void)close(other);
        server->stopping = true;
        server_stop(server);
}

static void test_open(void **state)
{
        Loop *loop = NULL;
        Http *http = NULL, *second = NULL;
        HttpHandlers handlers = {.request = serve};
        assert_int_equal(loop_new(&loop), 0);
        assert_int_equal(http_open(loop, &(HttpConfig){.address = "nowhere"}, &handlers, &http), -EINVAL);
        assert_int_equal(http_open(loop, &(HttpConfig){.address = "::1"}, &handlers, &http), 0);
        HttpConfig taken = {.address = "::1", .port = http_port(http)};
        assert_int_equal(http_open(loop, &taken, &handlers, &second), -EADDRINUSE);
        assert_null(http_close(http));
        assert_null(http_close(NULL));
        loop_free(loop);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_open),
                cmocka_unit_test(test_answers),
                cmocka_unit_test(test_no_body),
                cmocka_unit_test(test_keep_alive),
                cmocka_unit_test(test_pieces),
                cmocka_unit_test(test_pipelining),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_too_large),
                cmocka_unit_test(test_buffered),
                cmocka_unit_test(test_continue),
                cmocka_unit_test(test_streamed),
                cmocka_unit_test(test_stream_ends),
                cmocka_unit_test(test_chunked_answers),
                cmocka_unit_test(test_large_answers),
                cmocka_unit_test(test_disconnects),
                cmocka_unit_test(test_half_close),
                cmocka_unit_test(test_deadlines),
                cmocka_unit_test(test_many_connections),
                cmocka_unit_test(test_limits),
                cmocka_unit_test(test_descriptors),
                cmocka_unit_test(test_file),
                cmocka_unit_test(test_drain),
                cmocka_unit_test(test_close),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
