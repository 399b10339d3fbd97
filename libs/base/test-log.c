#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/log.h"

static int saved_stderr, pipe_fds[2];
static char line[8192];

static int set_up(void **state)
{
        (void)state;
        saved_stderr = dup(STDERR_FILENO);
        if (saved_stderr < 0 || pipe2(pipe_fds, O_NONBLOCK) < 0 || dup2(pipe_fds[1], STDERR_FILENO) < 0)
                return -1;
        log_init("leads", LOG_LEVEL_INFO);
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        (void)dup2(saved_stderr, STDERR_FILENO);
        (void)close(saved_stderr);
        (void)close(pipe_fds[0]);
        return close(pipe_fds[1]);
}

/* What has been written since, which must be `n` whole lines. */
static const char *written(void)
{
        ssize_t n = read(pipe_fds[0], line, sizeof line - 1);

        line[n > 0 ? n : 0] = '\0';
        return line;
}

/* The line without its time, which must begin it. */
static const char *after_time(const char *text)
{
        assert_memory_equal(text, "{\"time\":\"2", 10);
        const char *rest = strstr(text, "Z\",");
        assert_non_null(rest);
        return rest + 3;
}

static void test_fields(void **state)
{
        (void)state;
        char array[] = "changed";
        const char *nothing = NULL;

        log_info(NULL, "started");
        assert_string_equal(
                after_time(written()), "\"level\":\"info\",\"service\":\"leads\",\"event\":\"started\"}\n");
        log_warn("4bf92f3577b34da6a3ce929d0e0e4736", "push failed", KV("order", "a-1"), KV("status", 502),
                KV("what", array), KV("low", INT64_MIN), KV("none", nothing));
        assert_string_equal(after_time(written()),
                "\"level\":\"warn\",\"service\":\"leads\",\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
                "\"event\":\"push failed\",\"order\":\"a-1\",\"status\":502,\"what\":\"changed\","
                "\"low\":-9223372036854775808,\"none\":0}\n");
}

static void test_level(void **state)
{
        (void)state;
        log_debug(NULL, "hidden");
        assert_string_equal(written(), "");
        log_init("leads", LOG_LEVEL_DEBUG);
        log_debug(NULL, "shown");
        assert_non_null(strstr(written(), "shown"));
}

static void test_escapes(void **state)
{
        (void)state;
        log_error(NULL, "x", KV("text", "a\"b\\c\n\r\t\b\f\x01\x7F ñ€😀 \xE1\xF0\x9F end"));
        assert_string_equal(after_time(written()),
                "\"level\":\"error\",\"service\":\"leads\",\"event\":\"x\",\"text\":"
                "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u007f ñ€😀 \uFFFD\uFFFD\uFFFD end\"}\n");
}

static void check_is_json(const char *text)
{
        Arena *arena = arena_new();
        JsonReader reader;
        JsonToken token = JSON_NULL;

        json_init(&reader, arena, (Str){text, strlen(text) - 1});
        while (token != JSON_END && token != JSON_ERROR)
                token = json_next(&reader);
        assert_int_equal(token, JSON_END);
        arena_free(arena);
}

static void test_what_is_too_long(void **state)
{
        (void)state;
        char big[5000];

        memset(big, 'a', sizeof big - 1);
        big[sizeof big - 1] = '\0';
        log_info(NULL, "long", KV("text", big), KV("after", 7));
        const char *text = written();
        check_is_json(text);
        assert_non_null(strstr(text, "a…\",\"after\":7}\n"));

        memset(big, '\n', sizeof big - 1); /* each takes two bytes */
        log_info(NULL, "long", KV("one", big), KV("two", big), KV("three", big), KV("after", 7));
        text = written();
        check_is_json(text);
        assert_true(strlen(text) <= 4096);
        assert_non_null(strstr(text, "\"one\""));
        assert_null(strstr(text, "\"two\""));
        assert_non_null(strstr(text, ",\"truncated\":true}\n"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_fields, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_level, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_escapes, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_what_is_too_long, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
