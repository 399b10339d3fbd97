/* Limits, deadlines, clients that leave, and the server's own end. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/test-server.h"

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

        static char body[300000];
        fd = client_open(server);
        say(fd, REQUEST("PUT /stream", "Content-Length: 300000\r\n"));
        client_send(fd, body, sizeof body);
        (void)shutdown(fd, SHUT_WR);
        answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "\r\n\r\n300000 0"));
        free(answer);
        (void)close(fd);

        /* What was begun and can't be ended is dropped at once. */
        int64_t began = clock_monotonic();
        fd = client_open(server);
        say(fd, REQUEST("GET /sleep?30", "") "GET /half HT");
        (void)shutdown(fd, SHUT_WR);
        answer = hear(fd, NULL, 1);
        assert_true(contains(answer, "slept"));
        assert_false(contains(strstr(answer, "slept"), "HTTP/1.1"));
        assert_true(clock_monotonic() - began < 2000000);
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
        say(fds[2], REQUEST("GET /x", "") REQUEST("GET /y", ""));
        free(hear(fds[2], "busy: -", 2));
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_too_large),
                cmocka_unit_test(test_buffered),
                cmocka_unit_test(test_disconnects),
                cmocka_unit_test(test_half_close),
                cmocka_unit_test(test_deadlines),
                cmocka_unit_test(test_many_connections),
                cmocka_unit_test(test_limits),
                cmocka_unit_test(test_descriptors),
                cmocka_unit_test(test_drain),
                cmocka_unit_test(test_close),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
