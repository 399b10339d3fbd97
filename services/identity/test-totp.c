/* One-time codes against the vectors of RFC 6238 (their last six digits) and of RFC 4648. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "totp_code.h"

static const uint8_t secret[TOTP_SECRET] = {
        '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0'};

#define S INT64_C(1000000)

static void test_vectors(void **state)
{
        static const struct {
                int64_t seconds;
                uint32_t code;
        } cases[] = {{59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924},
                {2000000000, 279037}, {20000000000, 353130}};

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                assert_int_equal(totp_code(secret, cases[i].seconds / 30), cases[i].code);
}

static void test_steps(void **state)
{
        static const struct {
                int64_t now, last, step;
                Str code;
        } cases[] = {
                {1111111109 * S, 0, 37037036, STR("081804")},
                {(1111111109 + 30) * S, 0, 37037036, STR("081804")}, /* the step before */
                {(1111111109 - 30) * S, 0, 37037036, STR("081804")}, /* the one after */
                {(1111111109 + 60) * S, 0, 0, STR("081804")},
                {(1111111109 - 60) * S, 0, 0, STR("081804")},
                {1111111109 * S, 37037035, 37037036, STR("081804")},
                {1111111109 * S, 37037036, 0, STR("081804")}, /* used */
                {1111111109 * S, 37037037, 0, STR("081804")}, /* a later one was */
                {1111111109 * S, 0, 0, STR("81804")},
                {1111111109 * S, 0, 0, STR("0818041")},
                {1111111109 * S, 0, 0, STR("081805")},
                {1111111109 * S, 0, 0, STR(" 81804")},
                {1111111109 * S, 0, 0, STR("")},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                assert_int_equal(
                        totp_step(secret, cases[i].code, cases[i].now, cases[i].last), cases[i].step);
}

static void test_base32(void **state)
{
        static const struct {
                Str in;
                const char *out;
        } cases[] = {{STR("f"), "MY"}, {STR("fo"), "MZXQ"}, {STR("foo"), "MZXW6"}, {STR("foob"), "MZXW6YQ"},
                {STR("fooba"), "MZXW6YTB"}, {STR("foobar"), "MZXW6YTBOI"},
                {STR("\xff\xff\xff\xff\xff"), "77777777"}};
        Arena *arena = arena_new();

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                assert_string_equal(
                        base32(arena, (const uint8_t *)cases[i].in.p, cases[i].in.len), cases[i].out);
        (void)arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_vectors),
                cmocka_unit_test(test_steps),
                cmocka_unit_test(test_base32),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
