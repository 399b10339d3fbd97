/* Requests and answers over real sockets. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/test-server.h"

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
                cmocka_unit_test(test_answers),
                cmocka_unit_test(test_no_body),
                cmocka_unit_test(test_keep_alive),
                cmocka_unit_test(test_pieces),
                cmocka_unit_test(test_pipelining),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_continue),
                cmocka_unit_test(test_streamed),
                cmocka_unit_test(test_stream_ends),
                cmocka_unit_test(test_chunked_answers),
                cmocka_unit_test(test_large_answers),
                cmocka_unit_test(test_file),
                cmocka_unit_test(test_open),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
