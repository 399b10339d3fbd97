#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/money.h"

static void test_mul_div(void **state)
{
        (void)state;
        static const struct {
                int64_t value, num, den;
                int r;
                int64_t result;
        } cases[] = {
                {10, 1, 4, 0, 3},   /* 2.5 */
                {-10, 1, 4, 0, -3}, /* away from zero */
                {10, -1, 4, 0, -3},
                {10, 1, -4, 0, -3},
                {-10, -1, -4, 0, -3},
                {9, 1, 4, 0, 2},
                {11, 1, 4, 0, 3},
                {0, 5, 7, 0, 0},
                {1, 1, 3, 0, 0},
                {2, 1, 3, 0, 1},
                {INT64_MAX, INT64_MAX, INT64_MAX, 0, INT64_MAX},
                {INT64_MIN, 1, 1, 0, INT64_MIN},
                {INT64_MIN, -1, 1, -ERANGE, 0},
                {INT64_MIN, INT64_MIN, INT64_MIN, 0, INT64_MIN},
                {INT64_MAX, 3, 2, -ERANGE, 0},
                {INT64_MAX, 2, 4, 0, INT64_C(4611686018427387904)},
                {1, 1, 0, -ERANGE, 0},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                int64_t result = 0;
                int r = money_mul_div(cases[i].value, cases[i].num, cases[i].den, &result);
                if (r != cases[i].r || result != cases[i].result)
                        fail_msg("case %u: %d, %ld", i, r, (long)result);
        }
}

static void test_line(void **state)
{
        (void)state;
        static const struct {
                int64_t quantity, price;
                unsigned decimals;
                int r;
                int64_t result;
        } cases[] = {
                {3 * MICRO, 1999900000, 2, 0, 599970}, /* 3 × 1999.90 */
                {500000, 10000, 2, 0, 1},              /* 0.5 × 0.01 = 0.005 */
                {-500000, 10000, 2, 0, -1},            /* a return */
                {1, 1, 2, 0, 0},
                {333333, 3 * MICRO, 2, 0, 100},        /* 0.999999 */
                {10 * MICRO, 1234560000, 0, 0, 12346}, /* 12345.6 pesos of Chile */
                {1000000 * MICRO, 1000000000 * MICRO, 2, 0, INT64_C(100000000000000000)},
                {INT64_MAX, INT64_MAX, 2, -ERANGE, 0},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                int64_t result = 0;
                int r = money_line(cases[i].quantity, cases[i].price, cases[i].decimals, &result);
                if (r != cases[i].r || result != cases[i].result)
                        fail_msg("case %u: %d, %ld", i, r, (long)result);
        }
}

static void test_rate(void **state)
{
        (void)state;
        int64_t result = 0;

        assert_int_equal(money_rate(100000, 190000, &result), 0); /* IVA of 1,000.00 */
        assert_int_equal(result, 19000);
        assert_int_equal(money_rate(150, 190000, &result), 0); /* 28.5 cents */
        assert_int_equal(result, 29);
        assert_int_equal(money_rate(-150, 190000, &result), 0);
        assert_int_equal(result, -29);
}

static void test_decimals(void **state)
{
        (void)state;
        assert_int_equal(currency_decimals("COP"), 2);
        assert_int_equal(currency_decimals("USD"), 2);
        assert_int_equal(currency_decimals("CLP"), 0);
        assert_int_equal(currency_decimals("PYG"), 0);
        assert_int_equal(currency_decimals("KWD"), 3);
        assert_int_equal(currency_decimals("CLF"), 4);
        assert_int_equal(currency_decimals("no such"), 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mul_div),
                cmocka_unit_test(test_line),
                cmocka_unit_test(test_rate),
                cmocka_unit_test(test_decimals),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
