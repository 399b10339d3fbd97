/* Identification numbers: shapes and check digits. */
#include <string.h>

#include "base/taxid.h"

#define PLAIN_MAX   24 /* letters and digits of the longest number, and one to see that it is too long */
#define NIT_MIN     5
#define NIT_MAX     10
#define RIF_DIGITS  8
#define RIF_LETTERS "VEJPGC"

/* What is left of a number without its separators. */
typedef struct Plain {
        char text[PLAIN_MAX + 1];
        size_t len;
        size_t letters, digits;
        bool dashed; /* the last character stood alone behind a dash */
} Plain;

/* False when a byte is none that people write into such a number. */
static bool read_plain(Str in, Plain *ret)
{
        Plain plain = {.len = 0};
        size_t since_dash = 0;
        bool dash = false;

        in = str_trim(in);
        for (size_t i = 0; i < in.len; i++) {
                char c = in.p[i];
                bool digit = c >= '0' && c <= '9', letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
                if (digit || letter) {
                        if (plain.len == PLAIN_MAX)
                                return false;
                        plain.text[plain.len++] = (char)(letter ? c & ~0x20 : c);
                        plain.digits += digit;
                        plain.letters += letter;
                        since_dash++;
                } else if (c == '-') {
                        dash = true;
                        since_dash = 0;
                } else if (!strchr(" .,/", c) || c == '\0') {
                        return false;
                }
        }
        plain.dashed = dash && since_dash == 1 && plain.len > 1;
        *ret = plain;
        return true;
}

char nit_check_digit(Str body)
{
        static const unsigned weights[] = {3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71};
        unsigned sum = 0;

        for (size_t i = 0; i < body.len && i < sizeof weights / sizeof weights[0]; i++)
                sum += (unsigned)(body.p[body.len - 1 - i] - '0') * weights[i];
        return (char)('0' + (sum % 11 < 2 ? sum % 11 : 11 - sum % 11));
}

/* Whether the last of `len` undashed digits is the check digit. Companies' NITs have nine digits and begin
 * with 8 or 9; ten digits that begin with 1 are a person's. */
static bool ends_with_digit(const char *text, size_t len)
{
        if (len != NIT_MAX)
                return len > NIT_MAX;
        if (text[0] == '8' || text[0] == '9')
                return true;
        return text[0] != '1' && text[len - 1] == nit_check_digit((Str){text, len - 1});
}

static int normalise_nit(Arena *arena, Plain *plain, char **ret, char *ret_expected)
{
        char *text = plain->text;
        size_t len = plain->len;

        if (plain->letters == 3 && memcmp(text, "NIT", 3) == 0) { /* "NIT 800…" */
                text += 3;
                len -= 3;
        } else if (plain->letters) {
                return TAX_ID_BAD_SHAPE;
        }
        bool given = len > 1 && (plain->dashed || ends_with_digit(text, len));
        Str body = {text, len - given};
        if (body.len < NIT_MIN || body.len > NIT_MAX || text[0] == '0')
                return TAX_ID_BAD_SHAPE;
        char digit = nit_check_digit(body);
        if (given && text[len - 1] != digit) {
                *ret_expected = digit;
                return TAX_ID_WRONG_DIGIT;
        }
        *ret = arena_printf(arena, "%.*s-%c", (int)body.len, body.p, digit);
        return 0;
}

/* Of SENIAT: the letter's number and the eight digits, each with its weight, modulo 11. */
static char rif_check_digit(char letter, const char digits[RIF_DIGITS])
{
        static const unsigned weights[RIF_DIGITS] = {3, 2, 7, 6, 5, 4, 3, 2};
        unsigned sum = 4 * (letter == 'C' ? 3 : (unsigned)(strchr(RIF_LETTERS, letter) - RIF_LETTERS) + 1);

        for (unsigned i = 0; i < RIF_DIGITS; i++)
                sum += (unsigned)(digits[i] - '0') * weights[i];
        unsigned digit = 11 - sum % 11;
        return (char)('0' + (digit > 9 ? 0 : digit));
}

static int normalise_rif(Arena *arena, const Plain *plain, char **ret, char *ret_expected)
{
        char letter = plain->text[0], body[RIF_DIGITS + 1] = "00000000";
        size_t len = plain->digits;

        if (plain->letters != 1 || !strchr(RIF_LETTERS, letter))
                return TAX_ID_BAD_SHAPE;
        bool given = len == RIF_DIGITS + 1 || (plain->dashed && len > 1);
        len -= given;
        if (len < NIT_MIN || len > RIF_DIGITS)
                return TAX_ID_BAD_SHAPE;
        memcpy(body + RIF_DIGITS - len, plain->text + 1, len);
        char digit = rif_check_digit(letter, body);
        if (given && plain->text[plain->len - 1] != digit) {
                *ret_expected = digit;
                return TAX_ID_WRONG_DIGIT;
        }
        *ret = arena_printf(arena, "%c-%s-%c", letter, body, digit);
        return 0;
}

/* The numbers without a check digit. */
static const struct {
        const char *type;
        size_t min, max;
        bool letters;
} shapes[] = {
        {"cc", 3, 10, false},
        {"ce", 3, 10, false},
        {"ti", 10, 11, false},
        {"passport", 5, 12, true},
        {"foreign_nit", 4, 20, true},
};

static int normalise_shape(Arena *arena, const Plain *plain, const char *type, char **ret)
{
        size_t i = 0, last = sizeof shapes / sizeof shapes[0] - 1;

        while (i < last && !streq(shapes[i].type, type))
                i++;
        if (plain->len < shapes[i].min || plain->len > shapes[i].max || plain->digits == 0)
                return TAX_ID_BAD_SHAPE;
        if (!shapes[i].letters && (plain->letters || plain->text[0] == '0'))
                return TAX_ID_BAD_SHAPE;
        *ret = arena_strndup(arena, plain->text, plain->len);
        return 0;
}

int tax_id_normalise(Arena *arena, const char *type, Str in, char **ret, char *ret_expected_digit)
{
        Plain plain;

        if (!read_plain(in, &plain))
                return TAX_ID_BAD_SHAPE;
        if (type && streq(type, "nit"))
                return normalise_nit(arena, &plain, ret, ret_expected_digit);
        if (type && streq(type, "rif"))
                return normalise_rif(arena, &plain, ret, ret_expected_digit);
        return normalise_shape(arena, &plain, type ? type : "", ret);
}
