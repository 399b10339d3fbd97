/* Windows, kinds, what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "limits.h"

#define SECOND INT64_C(1000000)

static const LimitRule rules[LIMIT_MAX] = {
        [LIMIT_ADDRESS] = {3, 10}, [LIMIT_USER] = {2, 1}, [LIMIT_KEY] = {0, 1}};

static void test_window(void **state)
{
        Limits *limits = calloc(1, sizeof *limits);
        LimitState s;

        assert_non_null(limits);
        limits_init(limits, rules);
        for (unsigned i = 0; i < 3; i++) {
                assert_true(limits_take(limits, LIMIT_ADDRESS, "a", 1, 1002 * SECOND, &s));
                assert_int_equal(s.left, 2 - i);
                assert_int_equal(s.reset, 8);
                assert_false(s.over);
        }
        assert_true(limits_take(limits, LIMIT_ADDRESS, "a", 1, 1009 * SECOND, &s));
        assert_true(s.over);
        assert_int_equal(s.reset, 1);
        assert_true(limits_take(limits, LIMIT_ADDRESS, "b", 1, 1009 * SECOND, &s));
        assert_false(s.over);
        assert_true(limits_take(limits, LIMIT_USER, "a", 1, 1009 * SECOND, &s)); /* another kind */
        assert_int_equal(s.left, 1);
        assert_true(limits_take(limits, LIMIT_ADDRESS, "a", 1, 1010 * SECOND, &s));
        assert_int_equal(s.left, 2);
        assert_false(limits_take(limits, LIMIT_KEY, "a", 1, 1010 * SECOND, &s));
        free(limits);
}

/* A flood of others forgets those who are quiet, and stays in its memory; who asks in every window is kept
 * when the flood is of earlier ones. */
static void test_flood(void **state)
{
        Limits *limits = calloc(1, sizeof *limits);
        LimitState s;

        assert_non_null(limits);
        limits_init(limits, rules);
        for (uint32_t i = 0; i < 200000; i++)
                assert_true(limits_take(limits, LIMIT_ADDRESS, &i, sizeof i, 2000 * SECOND, &s));
        for (unsigned i = 0; i < 4; i++)
                assert_true(limits_take(limits, LIMIT_ADDRESS, "guesser", 7, 2010 * SECOND, &s));
        assert_true(s.over);
        free(limits);
}

static void test_parse(void **state)
{
        static const struct {
                const char *text;
                bool good;
                LimitRule rule;
        } cases[] = {
                {"0", true, {0, 1}},
                {"1000/10", true, {1000, 10}},
                {"5/3600", true, {5, 3600}},
                {"5/3601", false, {}},
                {"5/0", false, {}},
                {"5", false, {}},
                {"", false, {}},
                {"/", false, {}},
                {"-1/1", false, {}},
                {"5/1s", false, {}},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                LimitRule rule;
                bool good = limit_parse(str_of(cases[i].text), &rule);
                if (good != cases[i].good ||
                        (good && (rule.quota != cases[i].rule.quota || rule.window != cases[i].rule.window)))
                        fail_msg("\"%s\": %d %u/%u", cases[i].text, good, rule.quota, rule.window);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_window),
                cmocka_unit_test(test_flood),
                cmocka_unit_test(test_parse),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
