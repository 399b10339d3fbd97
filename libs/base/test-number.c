#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void test_parse_i64(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                int r;
                int64_t value;
        } cases[] = {
                {"0", 0, 0},
                {"-0", 0, 0},
                {"007", 0, 7},
                {"-12", 0, -12},
                {"9223372036854775807", 0, INT64_MAX},
                {"-9223372036854775808", 0, INT64_MIN},
                {"9223372036854775808", -ERANGE, 0},
                {"-9223372036854775809", -ERANGE, 0},
                {"99999999999999999999999", -ERANGE, 0},
                {"", -EINVAL, 0},
                {"-", -EINVAL, 0},
                {"--1", -EINVAL, 0},
                {"+1", -EINVAL, 0},
                {" 1", -EINVAL, 0},
                {"1 ", -EINVAL, 0},
                {"1.0", -EINVAL, 0},
                {"99999999999999999999999x", -EINVAL, 0},
        };

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                int64_t value = 0;
                int r = parse_i64(str_of(cases[i].text), &value);
                if (r != cases[i].r || value != cases[i].value)
                        fail_msg("\"%s\": %d, %ld", cases[i].text, r, (long)value);
        }
}

static void test_parse_u32(void **state)
{
        (void)state;
        uint32_t value = 5;

        assert_int_equal(parse_u32(STR("4294967295"), &value), 0);
        assert_true(value == UINT32_MAX);
        assert_int_equal(parse_u32(STR("4294967296"), &value), -ERANGE);
        assert_int_equal(parse_u32(STR("-1"), &value), -EINVAL);
        assert_int_equal(parse_u32(STR(""), &value), -EINVAL);
        assert_true(value == UINT32_MAX);
}

static void test_parse_decimal(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                unsigned scale;
                int r;
                int64_t value;
        } cases[] = {
                {"12.5", 6, 0, 12500000},
                {"-0.000001", 6, 0, -1},
                {"0.0000001", 6, -ERANGE, 0},
                {"1.50000000", 6, 0, 1500000},
                {"1", 0, 0, 1},
                {"1.0", 0, 0, 1},
                {"1.5", 0, -ERANGE, 0},
                {"92233720368547758.07", 2, 0, INT64_MAX},
                {"-92233720368547758.08", 2, 0, INT64_MIN},
                {"92233720368547758.08", 2, -ERANGE, 0},
                {"9223372036854775807", 6, -ERANGE, 0},
                {"1.0000000000000000000000000000", 6, 0, 1000000},
                {"1.00000000000000000000000000x", 6, -EINVAL, 0},
                {".5", 6, -EINVAL, 0},
                {"5.", 6, -EINVAL, 0},
                {".", 6, -EINVAL, 0},
                {"", 6, -EINVAL, 0},
                {"-", 6, -EINVAL, 0},
                {"1.2.3", 6, -EINVAL, 0},
                {"1e3", 6, -EINVAL, 0},
                {"1,5", 6, -EINVAL, 0},
                {"0.-5", 6, -EINVAL, 0},
        };

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                int64_t value = 0;
                int r = parse_decimal(str_of(cases[i].text), cases[i].scale, &value);
                if (r != cases[i].r || value != cases[i].value)
                        fail_msg("\"%s\": %d, %ld", cases[i].text, r, (long)value);
        }
}

static void test_put_i64(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        int64_t value = 1;

        for (unsigned i = 0; i < 200; i++) {
                int64_t shown[] = {value, -value, value - 1, INT64_MIN, INT64_MAX, (int64_t)i};
                for (unsigned k = 0; k < sizeof shown / sizeof shown[0]; k++) {
                        StrBuf buf = {.arena = arena};
                        strbuf_put_i64(&buf, shown[k]);
                        assert_string_equal(buf.p, arena_printf(arena, "%ld", (long)shown[k]));
                }
                value = value > INT64_MAX / 7 ? 1 : value * 7 + i % 5;
                arena_reset(arena);
        }
        arena_free(arena);
}

static void test_put_decimal(void **state)
{
        (void)state;
        static const struct {
                int64_t value;
                unsigned scale, min;
                const char *text;
        } cases[] = {
                {0, 0, 0, "0"},
                {0, 6, 0, "0"},
                {0, 2, 2, "0.00"},
                {12500000, 6, 0, "12.5"},
                {12500000, 6, 2, "12.50"},
                {12000000, 6, 0, "12"},
                {-1, 6, 0, "-0.000001"},
                {-1, 6, 2, "-0.000001"},
                {100, 2, 4, "1.0000"},
                {10203, 2, 0, "102.03"},
                {5, 0, 2, "5.00"},
                {INT64_MIN, 0, 0, "-9223372036854775808"},
                {INT64_MIN, 18, 0, "-9.223372036854775808"},
                {INT64_MAX, 2, 0, "92233720368547758.07"},
                {1, 18, 18, "0.000000000000000001"},
        };
        Arena *arena = arena_new();

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                StrBuf buf = {.arena = arena};
                int64_t back = 0;
                strbuf_put_decimal(&buf, cases[i].value, cases[i].scale, cases[i].min);
                assert_string_equal(buf.p, cases[i].text);
                assert_int_equal(parse_decimal(str_of(buf.p), cases[i].scale, &back), 0);
                assert_true(back == cases[i].value);
        }
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_parse_i64),
                cmocka_unit_test(test_parse_u32),
                cmocka_unit_test(test_parse_decimal),
                cmocka_unit_test(test_put_i64),
                cmocka_unit_test(test_put_decimal),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
