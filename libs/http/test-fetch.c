/* Requests to servers outside: what comes back, and what ends them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/fetch.h"
#include "http/test-server.h"

typedef struct Case {
        const char *path;
        const char *form;
        size_t max;
        int timeout_ms;
        int result, status;
        const char *body; /* NULL = not looked at */
} Case;

static const Case cases[] = {
        {.path = "/empty?200", .status = 200, .body = ""},
        {.path = "/empty?404", .status = 404, .body = ""},
        {.path = "/a?b=c", .status = 200, .body = "GET|/a|b=c||127.0.0.1|4"},
        {.path = "/echo", .form = "a=b&c=%20", .status = 200, .body = "a=b&c=%20"},
        {.path = "/flood?1000", .max = 1000, .status = 200},
        {.path = "/flood?1001", .max = 1000, .result = -EMSGSIZE, .status = 200},
        {.path = "/big?70000", .max = 65536, .result = -EMSGSIZE, .status = 200},
        {.path = "/sleep?3000", .timeout_ms = 100, .result = -ETIMEDOUT},
        {.path = "/cut", .result = -EPROTO, .status = 200},
};

typedef struct Fetching {
        Loop *loop;
        const Server *server;
        int ticks;
        bool done;
} Fetching;

static int fetch(const Fetching *state, Arena *arena, const Case *one, HttpFetched *ret)
{
        const HttpFetch in = {
                .url = arena_printf(arena, "http://127.0.0.1:%u%s", state->server->port, one->path),
                .plain = true,
                .user = "us:er",
                .password = "secret",
                .form = one->form,
                .max = one->max ? one->max : 4096,
                .timeout_ms = one->timeout_ms ? one->timeout_ms : 5000};

        return http_fetch(state->loop, arena, &in, ret);
}

static void all_cases(void *arg)
{
        Fetching *state = arg;

        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Arena *arena = arena_new();
                HttpFetched got;
                int r = fetch(state, arena, &cases[i], &got);
                if (r != cases[i].result || got.status != cases[i].status)
                        fail_msg("%s: %d, status %d, %s", cases[i].path, r, got.status, got.error);
                if (cases[i].body && !str_is(got.body, cases[i].body))
                        fail_msg("%s: %.*s", cases[i].path, (int)got.body.len, got.body.p);
                assert_int_equal(got.error[0] != '\0', r != 0);
                (void)arena_free(arena);
        }
        state->done = true;
        loop_stop(state->loop);
}

static void test_cases(void **unused)
{
        Fetching state = {.server = server_start((HttpConfig){})};

        assert_int_equal(loop_new(&state.loop), 0);
        assert_int_equal(task_spawn(state.loop, all_cases, &state, NULL), 0);
        loop_run(state.loop);
        assert_true(state.done);
        state.loop = loop_free(state.loop);
        server_stop((Server *)(uintptr_t)state.server);
}

static void refused(void *arg)
{
        Loop *loop = arg;
        Arena *arena = arena_new();
        HttpFetched got;
        HttpFetch in = {.url = "http://127.0.0.1:1/", .plain = true, .max = 10, .timeout_ms = 1000};

        assert_int_equal(http_fetch(loop, arena, &in, &got), -ECONNREFUSED);
        in.plain = false;
        assert_int_equal(http_fetch(loop, arena, &in, &got), -EPROTO);
        in.url = "file:///etc/passwd";
        assert_int_equal(http_fetch(loop, arena, &in, &got), -EPROTO);
        in.url = "no address";
        assert_int_equal(http_fetch(loop, arena, &in, &got), -EPROTO);
        (void)arena_free(arena);
        loop_stop(loop);
}

static void test_refused(void **unused)
{
        Loop *loop;

        assert_int_equal(loop_new(&loop), 0);
        assert_int_equal(task_spawn(loop, refused, loop, NULL), 0);
        loop_run(loop);
        (void)loop_free(loop);
}

static void tick(void *arg)
{
        Fetching *state = arg;

        while (!state->done) {
                state->ticks++;
                task_sleep(1000);
        }
}

static void slow(void *arg)
{
        static const Case one = {.path = "/sleep?300"};
        Fetching *state = arg;
        Arena *arena = arena_new();
        HttpFetched got;

        assert_int_equal(fetch(state, arena, &one, &got), 0);
        assert_true(str_is(got.body, "slept"));
        (void)arena_free(arena);
        state->done = true;
        loop_stop(state->loop);
}

static void test_others_go_on(void **unused)
{
        Fetching state = {.server = server_start((HttpConfig){})};

        assert_int_equal(loop_new(&state.loop), 0);
        assert_int_equal(task_spawn(state.loop, slow, &state, NULL), 0);
        assert_int_equal(task_spawn(state.loop, tick, &state, NULL), 0);
        loop_run(state.loop);
        assert_true(state.ticks > 20);
        state.loop = loop_free(state.loop);
        server_stop((Server *)(uintptr_t)state.server);
}

static void test_form(void **unused)
{
        StrBuf form = {};

        form_put(&form, "a", "x y&z=%\xc3\xb1");
        form_put(&form, "b", "");
        form_put(&form, "c", "A-z_0.~");
        assert_string_equal(form.p, "a=x%20y%26z%3D%25%C3%B1&b=&c=A-z_0.~");
        strbuf_done(&form);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_cases),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_others_go_on),
                cmocka_unit_test(test_form),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
