/* Exact products and quotients of money in 128 bits, rounded once, half away from zero. */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/money.h"

static int divide_rounded(__int128 product, __int128 den, int64_t *ret)
{
        bool negative = (product < 0) != (den < 0);
        unsigned __int128 p = product < 0 ? -(unsigned __int128)product : (unsigned __int128)product;
        unsigned __int128 d = den < 0 ? -(unsigned __int128)den : (unsigned __int128)den;

        if (d == 0)
                return -ERANGE;
        unsigned __int128 quotient = p / d;
        unsigned __int128 rest = p % d;
        quotient += rest >= d - rest;
        if (quotient > (unsigned __int128)INT64_MAX + negative)
                return -ERANGE;
        *ret = negative ? (int64_t) - (uint64_t)quotient : (int64_t)quotient;
        return 0;
}

int money_mul_div(int64_t value, int64_t num, int64_t den, int64_t *ret)
{
        return divide_rounded((__int128)value * num, den, ret);
}

int money_line(int64_t quantity, int64_t unit_price, unsigned decimals, int64_t *ret)
{
        int64_t den = MICRO * MICRO; /* the product has twelve decimals */

        assert(decimals <= 12);
        for (unsigned i = 0; i < decimals; i++)
                den /= 10;
        return divide_rounded((__int128)quantity * unit_price, den, ret);
}

int money_rate(int64_t amount, int64_t rate, int64_t *ret)
{
        return money_mul_div(amount, rate, MICRO, ret);
}

/* ISO 4217: those that do not have two. */
static const struct {
        char code[4];
        unsigned decimals;
} currencies[] = {
        {"BHD", 3},
        {"BIF", 0},
        {"CLF", 4},
        {"CLP", 0},
        {"DJF", 0},
        {"GNF", 0},
        {"IQD", 3},
        {"ISK", 0},
        {"JOD", 3},
        {"JPY", 0},
        {"KMF", 0},
        {"KRW", 0},
        {"KWD", 3},
        {"LYD", 3},
        {"OMR", 3},
        {"PYG", 0},
        {"RWF", 0},
        {"TND", 3},
        {"UGX", 0},
        {"UYI", 0},
        {"UYW", 4},
        {"VND", 0},
        {"VUV", 0},
        {"XAF", 0},
        {"XOF", 0},
        {"XPF", 0},
};

unsigned currency_decimals(const char *code)
{
        for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++)
                if (strcmp(currencies[i].code, code) == 0)
                        return currencies[i].decimals;
        return 2;
}
