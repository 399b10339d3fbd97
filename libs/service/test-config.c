/* Configuration and metrics text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/config.h"
#include "service/metrics.h"

static void test_address(void **state)
{
        static const struct {
                const char *text;
                bool good;
                const char *host;
                unsigned short port;
        } cases[] = {
                {"127.0.0.1:8080", true, "127.0.0.1", 8080},
                {"localhost:1", true, "localhost", 1},
                {"127.0.0.1", false, "", 0},
                {":8080", false, "", 0},
                {"a:65536", false, "", 0},
                {"a:-1", false, "", 0},
                {"a:8080x", false, "", 0},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                char host[64];
                unsigned short port;
                assert_int_equal(config_address(cases[i].text, host, &port), cases[i].good);
                if (!cases[i].good)
                        continue;
                assert_string_equal(host, cases[i].host);
                assert_int_equal(port, cases[i].port);
        }
}

static void test_load(void **state)
{
        static const ConfigItem items[] = {
                {"CAUCE_T_TEXT", CONFIG_TEXT, "fallback", ""},
                {"CAUCE_T_NUMBER", CONFIG_NUMBER, "7", ""},
                {"CAUCE_T_MUST", CONFIG_SECRET, NULL, ""},
        };
        const char *values[3];

        (void)state;
        (void)unsetenv("CAUCE_T_MUST");
        assert_false(config_load(items, 3, values)); /* missing */
        (void)setenv("CAUCE_T_MUST", "s", 1);
        assert_true(config_load(items, 3, values));
        assert_string_equal(values[0], "fallback");
        assert_string_equal(values[1], "7");
        assert_string_equal(values[2], "s");
        (void)setenv("CAUCE_T_NUMBER", "x", 1);
        assert_false(config_load(items, 3, values));
        (void)setenv("CAUCE_T_NUMBER", "8", 1);
        assert_true(config_load(items, 3, values));
        assert_string_equal(values[1], "8");
}

static void test_timings(void **state)
{
        Timings timings = {0};
        Arena *arena = arena_new();
        StrBuf out = {.arena = arena};

        (void)state;
        timings_add(&timings, STR("lead.get"), 200, 300);
        timings_add(&timings, STR("lead.get"), 404, 700);
        timings_add(&timings, STR("lead.get"), 503, 9000000);
        for (int i = 0; i < 600; i++) {
                char name[16];
                (void)snprintf(name, sizeof name, "n%d", i);
                timings_add(&timings, str_of(name), 200, 1);
        }
        assert_int_equal(timings.n, TIMINGS_MAX);
        assert_string_equal(timings.items[TIMINGS_MAX - 1]->name, "other");
        timings_write(&timings, &out, "cauce_rpc", NULL, "method");
        assert_non_null(strstr(out.p, "_bucket{method=\"lead.get\",class=\"2xx\",le=\"0.00025\"} 0\n"));
        assert_non_null(strstr(out.p, "_bucket{method=\"lead.get\",class=\"2xx\",le=\"0.0005\"} 1\n"));
        assert_non_null(strstr(out.p, "_bucket{method=\"lead.get\",class=\"2xx\",le=\"+Inf\"} 1\n"));
        assert_non_null(strstr(out.p, "_count{method=\"lead.get\",class=\"4xx\"} 1\n"));
        assert_non_null(strstr(out.p, "_bucket{method=\"lead.get\",class=\"5xx\",le=\"2.5\"} 0\n"));
        assert_non_null(strstr(out.p, "_sum{method=\"lead.get\",class=\"5xx\"} 9.0\n"));
        assert_non_null(strstr(out.p, "_count{method=\"other\",class=\"2xx\"} 90\n"));
        timings_done(&timings);
        timings_add(&timings, STR("GET /leads/{id}"), 304, 1);
        timings_write(&timings, &out, "cauce_http", "method", "route");
        assert_non_null(strstr(out.p, "_count{method=\"GET\",route=\"/leads/{id}\",class=\"3xx\"} 1\n"));
        timings_done(&timings);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_address),
                cmocka_unit_test(test_load),
                cmocka_unit_test(test_timings),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
