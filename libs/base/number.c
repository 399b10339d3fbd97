/* Numbers to text and back without printf or strtol: exact, whole-text, no locale. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/str.h"

#define SCALE_MAX 18

static const uint64_t pow10_table[SCALE_MAX + 1] = {
        1ULL,
        10ULL,
        100ULL,
        1000ULL,
        10000ULL,
        100000ULL,
        1000000ULL,
        10000000ULL,
        100000000ULL,
        1000000000ULL,
        10000000000ULL,
        100000000000ULL,
        1000000000000ULL,
        10000000000000ULL,
        100000000000000ULL,
        1000000000000000ULL,
        10000000000000000ULL,
        100000000000000000ULL,
        1000000000000000000ULL,
};

static const char digit_pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";

/* Writes the digits so that they end before `end`; returns where they begin. */
static char *digits_before(char *end, uint64_t value)
{
        while (value >= 100) {
                end -= 2;
                memcpy(end, digit_pairs + value % 100 * 2, 2);
                value /= 100;
        }
        if (value >= 10) {
                end -= 2;
                memcpy(end, digit_pairs + value * 2, 2);
        } else {
                *--end = (char)('0' + value);
        }
        return end;
}

static uint64_t magnitude(int64_t value)
{
        return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void strbuf_put_i64(StrBuf *buf, int64_t value)
{
        char text[24];
        char *begin = digits_before(text + sizeof text, magnitude(value));

        if (value < 0)
                *--begin = '-';
        strbuf_put(buf, begin, (size_t)(text + sizeof text - begin));
}

void strbuf_put_decimal(StrBuf *buf, int64_t value, unsigned scale, unsigned min_decimals)
{
        char text[48];
        char *end = text + 24; /* the point; the integer part stands before it, the decimals behind */

        assert(scale <= SCALE_MAX && min_decimals <= SCALE_MAX);
        char *begin = digits_before(end, magnitude(value) / pow10_table[scale]);
        if (value < 0)
                *--begin = '-';
        uint64_t fraction = magnitude(value) % pow10_table[scale];
        unsigned decimals = scale;
        while (decimals > 0 && fraction % 10 == 0) {
                fraction /= 10;
                decimals--;
        }
        unsigned shown = decimals < min_decimals ? min_decimals : decimals;
        if (shown) {
                memset(end, '0', shown + 1);
                *end = '.';
                if (decimals)
                        (void)digits_before(end + 1 + decimals, fraction);
                end += 1 + shown;
        }
        strbuf_put(buf, begin, (size_t)(end - begin));
}

/* Digits alone, added to *total; overflow past 64 bits is told apart from a byte that is no digit. */
static int add_digits(Str text, uint64_t *total)
{
        bool over = false;

        for (size_t i = 0; i < text.len; i++) {
                if (text.p[i] < '0' || text.p[i] > '9')
                        return -EINVAL;
                over |= __builtin_mul_overflow(*total, 10ULL, total);
                over |= __builtin_add_overflow(*total, (uint64_t)(text.p[i] - '0'), total);
        }
        return over ? -ERANGE : 0;
}

static int with_sign(uint64_t total, bool negative, int64_t *ret)
{
        if (total > (uint64_t)INT64_MAX + negative)
                return -ERANGE;
        *ret = negative ? (int64_t)(0 - total) : (int64_t)total;
        return 0;
}

static bool take_minus(Str *text)
{
        if (text->len == 0 || text->p[0] != '-')
                return false;
        text->p++;
        text->len--;
        return true;
}

int parse_i64(Str text, int64_t *ret)
{
        uint64_t total = 0;
        bool negative = take_minus(&text);

        if (text.len == 0)
                return -EINVAL;
        int r = add_digits(text, &total);
        return r < 0 ? r : with_sign(total, negative, ret);
}

int parse_u32(Str text, uint32_t *ret)
{
        uint64_t total = 0;

        if (text.len == 0)
                return -EINVAL;
        int r = add_digits(text, &total);
        if (r < 0)
                return r;
        if (total > UINT32_MAX)
                return -ERANGE;
        *ret = (uint32_t)total;
        return 0;
}

int parse_decimal(Str text, unsigned scale, int64_t *ret)
{
        uint64_t total = 0, ignored = 0;
        bool negative = take_minus(&text);

        assert(scale <= SCALE_MAX);
        const char *point = text.len ? memchr(text.p, '.', text.len) : NULL;
        Str whole = {text.p, point ? (size_t)(point - text.p) : text.len};
        Str fraction = {point ? point + 1 : "", point ? text.len - whole.len - 1 : 0};
        if (whole.len == 0 || (point && fraction.len == 0))
                return -EINVAL;
        int r = add_digits(fraction, &ignored); /* syntax first: "1.0000001x" is no number at all */
        if (r == -EINVAL)
                return r;
        while (fraction.len && fraction.p[fraction.len - 1] == '0')
                fraction.len--;
        r = add_digits(whole, &total);
        if (r < 0)
                return r;
        if (fraction.len > scale)
                return -ERANGE;
        r = add_digits(fraction, &total);
        if (r < 0 || __builtin_mul_overflow(total, pow10_table[scale - fraction.len], &total))
                return -ERANGE;
        return with_sign(total, negative, ret);
}
