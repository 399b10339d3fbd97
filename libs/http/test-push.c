/* Answers that stay open without a task, over real sockets. */

#include "base/sanitizer.h"
#include "http/test-server.h"

#define STREAMS_MAX 3000

/* Of the one server that runs at a time. */
static struct {
        HttpStream *streams[STREAMS_MAX];
        unsigned n, gone;
} open_answers;

static void on_gone(void *arg)
{
        HttpStream **slot = arg;
        *slot = NULL;
        open_answers.gone++;
}

static void open_stream(HttpRequest *request)
{
        HttpStream **slot = &open_answers.streams[open_answers.n];
        if (http_begin(request, 200, "text/event-stream") < 0)
                return;
        *slot = http_detach(request, on_gone, slot);
        if (*slot)
                open_answers.n++;
}

/* `len` bytes to each stream; the answer says how many there still are, and the most that one has pending. */
static void shout(HttpRequest *request, size_t len)
{
        static char text[1 << 20];
        unsigned left = 0;
        size_t pending = 0;
        memset(text, 's', sizeof text);
        for (unsigned i = 0; i < open_answers.n; i++) {
                if (!open_answers.streams[i] || !http_push(open_answers.streams[i], text, len))
                        continue;
                size_t has = http_pending(open_answers.streams[i]);
                pending = has > pending ? has : pending;
                left++;
        }
        reply_text(request, 200,
                arena_printf(
                        request->arena, "left=%u gone=%u pending=%zu", left, open_answers.gone, pending));
}

static void end_all(HttpRequest *request)
{
        for (unsigned i = 0; i < open_answers.n; i++) {
                if (!open_answers.streams[i])
                        continue;
                http_push_end(open_answers.streams[i]);
                open_answers.streams[i] = NULL;
        }
        reply_text(request, 200, "ended");
}

static bool also(Server *server, HttpRequest *request)
{
        if (str_is(request->path, "/open"))
                open_stream(request);
        else if (str_is(request->path, "/shout"))
                shout(request, number_in(request->query));
        else if (str_is(request->path, "/end"))
                end_all(request);
        else
                return false;
        return true;
}

static Server *start(HttpConfig config)
{
        open_answers.n = open_answers.gone = 0;
        return server_start_also(config, also);
}

static int open_one(const Server *server)
{
        int fd = client_open(server);
        say(fd, REQUEST("GET /open", ""));
        free(hear(fd, "\r\n\r\n", 1));
        return fd;
}

/* Shouts until the answer has that part. */
static void expect_shout(const Server *server, const char *request, const char *part)
{
        for (int i = 0; i < 200; i++) {
                char *answer = ask(server, request);
                bool found = contains(answer, part);
                free(answer);
                if (found)
                        return;
                (void)usleep(10000);
        }
        fail_msg("never %s", part);
}

static void test_pushed(void **state)
{
        Server *server = start((HttpConfig){});
        int fd = open_one(server), other = open_one(server);
        expect_stats(server, "connections=3 running=1 ");
        say(fd, REQUEST("GET /x", "")); /* nobody answers while the answer lasts */
        expect_shout(server, REQUEST("GET /shout?5", LAST), "left=2 gone=0 pending=0");
        free(ask(server, REQUEST("GET /end", LAST)));
        char *answer = hear(fd, NULL, 1);
        assert_string_equal(answer, "5\r\nsssss\r\n0\r\n\r\n");
        free(answer);
        (void)close(fd);
        free(hear(other, NULL, 1));
        (void)close(other);
        expect_stats(server, "connections=1 ");
        assert_int_equal(open_answers.gone, 0);
        server_stop(server);
}

/* Whoever leaves is known at once; whoever closes only his side, too. */
static void test_gone(void **state)
{
        Server *server = start((HttpConfig){});
        int fds[3];
        for (int i = 0; i < 3; i++)
                fds[i] = open_one(server);
        (void)close(fds[0]);
        (void)shutdown(fds[1], SHUT_WR);
        expect_shout(server, REQUEST("GET /shout?1", LAST), "left=1 gone=2 ");
        (void)close(fds[1]);
        server_stop(server); /* closes the third */
        assert_int_equal(open_answers.gone, 3);
        (void)close(fds[2]);
}

/* What a slow client does not take stays here and can be seen; in the end the client is gone. */
static void test_slow(void **state)
{
        Server *server = start((HttpConfig){.write_timeout_ms = 300});
        int fd = client_open(server);
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
        say(fd, REQUEST("GET /open", ""));
        free(hear(fd, "\r\n\r\n", 1));
        char *answer = ask(server, REQUEST("GET /shout?1000000", LAST));
        const char *pending = strstr(answer, "pending=");
        assert_non_null(pending);
        assert_true(strtoul(pending + 8, NULL, 10) > 500000);
        free(answer);
        expect_shout(server, REQUEST("GET /shout?1", LAST), "left=0 gone=1 ");
        (void)close(fd);

        fd = open_one(server); /* a pending piece goes out before the end */
        free(ask(server, REQUEST("GET /shout?1000000", LAST)));
        free(ask(server, REQUEST("GET /end", LAST)));
        assert_int_equal(drain_socket(fd, 0), 1000000 + sizeof "f4240\r\n" - 1 + sizeof "\r\n0\r\n\r\n" - 1);
        (void)close(fd);
        server_stop(server);
}

static size_t memory(void)
{
        char line[200];
        size_t kib = 0;
        FILE *file = fopen("/proc/self/smaps_rollup", "re");
        assert_non_null(file);
        while (fgets(line, sizeof line, file))
                if (strncmp(line, "Private_Dirty:", 14) == 0)
                        kib = strtoul(line + 14, NULL, 10);
        (void)fclose(file);
        return kib;
}

/* An open answer costs little more than a connection. */
static void test_many(void **state)
{
        enum { N = 2000 };
        static int fds[N];
        struct rlimit limit = {};
        (void)getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        if (limit.rlim_cur < 2 * N + 100)
                skip();
        Server *server = start((HttpConfig){});
        for (int i = 0; i < N / 2; i++)
                fds[i] = open_one(server);
        size_t before = memory();
        for (int i = N / 2; i < N; i++)
                fds[i] = open_one(server);
        size_t each = (memory() - before) * 1024 / (N / 2);
        print_message("%zu bytes for an open answer\n", each);
        if (!UNDER_ASAN)
                assert_in_range(each, 0, 4096);
        expect_stats(server, "connections=2001 running=1 ");
        expect_shout(server, REQUEST("GET /shout?100", LAST), "left=2000 gone=0 pending=0");
        for (int i = 0; i < N; i++)
                (void)close(fds[i]);
        expect_stats(server, "connections=1 running=1 ");
        assert_int_equal(open_answers.gone, N);
        server_stop(server);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pushed),
                cmocka_unit_test(test_gone),
                cmocka_unit_test(test_slow),
                cmocka_unit_test(test_many),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
