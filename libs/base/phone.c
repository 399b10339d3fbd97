/* Phone numbers to E.164. */
#include <errno.h>
#include <string.h>

#include "base/phone.h"

#define E164_MIN 8
#define E164_MAX 15

/* The area digit behind 60, by department. */
static char area_digit(const char *city)
{
        static const struct {
                char digit;
                const char *departments;
        } areas[] = {
                {'1', "11 25"},             /* Bogotá, Cundinamarca */
                {'2', "19 52 76"},          /* Cauca, Nariño, Valle del Cauca */
                {'4', "05 23 27"},          /* Antioquia, Córdoba, Chocó */
                {'5', "08 13 20 44 47 70"}, /* Atlántico, Bolívar, Cesar, La Guajira, Magdalena, Sucre */
                {'6', "17 63 66"},          /* Caldas, Quindío, Risaralda */
                {'7', "54 68 81"},          /* Norte de Santander, Santander, Arauca */
                {'8', "15 18 41 50 73 85 86 88 91 94 95 97 99"},
        };
        if (!city || strlen(city) != 5)
                return '\0';
        for (unsigned i = 0; i < sizeof areas / sizeof areas[0]; i++)
                for (const char *p = areas[i].departments; *p; p += p[2] ? 3 : 2)
                        if (memcmp(p, city, 2) == 0)
                                return areas[i].digit;
        return '\0';
}

/* The digits alone, at most one more than a number may have; `international` when a plus or 00 stood before
 * them. */
typedef struct Digits {
        char text[E164_MAX + 6];
        size_t len;
        bool international;
} Digits;

static bool read_digits(Arena *arena, Str in, Digits *ret)
{
        Digits digits = {.len = 0};
        Str text = text_fold(arena, in); /* full-width digits, no-break blanks, invisible marks */

        for (size_t i = 0; i < text.len; i++) {
                char c = text.p[i];
                if (c >= '0' && c <= '9') {
                        if (digits.len == sizeof digits.text - 1)
                                return false;
                        digits.text[digits.len++] = c;
                } else if (c == '+' && digits.len == 0 && !digits.international) {
                        digits.international = true;
                } else if (text.len - i > 2 && memcmp(text.p + i, "\xE2\x80", 2) == 0 &&
                           (uint8_t)text.p[i + 2] >= 0x90 && (uint8_t)text.p[i + 2] <= 0x95) {
                        i += 2; /* the dashes of Unicode */
                } else if (c == '\0' || !strchr(" .-/()", c)) {
                        return false;
                }
        }
        if (!digits.international && digits.len > 2 && digits.text[0] == '0' && digits.text[1] == '0') {
                digits.international = true;
                digits.len -= 2;
                memmove(digits.text, digits.text + 2, digits.len);
        }
        digits.text[digits.len] = '\0';
        *ret = digits;
        return true;
}

/* NULL when it is no number of Colombia. */
static char *colombian(Arena *arena, const char *national, size_t len, const char *city)
{
        char area = '\0';

        if (len == 10 && (national[0] == '3' || memcmp(national, "60", 2) == 0))
                return arena_printf(arena, "+57%s", national);
        /* The free lines, 01 8000 …, keep their 1 abroad. */
        if (len == 12 && memcmp(national, "018000", 6) == 0)
                return arena_printf(arena, "+57%s", national + 1);
        if (len == 11 && memcmp(national, "18000", 5) == 0)
                return arena_printf(arena, "+57%s", national);
        if (len == 8 && strchr("1245678", national[0])) /* as before 2021, with the area's digit */
                return arena_printf(arena, "+5760%s", national);
        if (len == 7 && national[0] >= '2' && (area = area_digit(city)) != '\0')
                return arena_printf(arena, "+5760%c%s", area, national);
        return NULL;
}

/* NULL when it is no number. */
static char *international(Arena *arena, const char *digits, size_t len, const char *city)
{
        if (memcmp(digits, "57", 2) == 0)
                return colombian(arena, digits + 2, len - 2, city);
        if (digits[0] == '0' || len < E164_MIN || len > E164_MAX)
                return NULL;
        if (memcmp(digits, "52", 2) == 0) {
                if (len == 13 && digits[2] == '1')
                        return arena_printf(arena, "+52%s", digits + 3);
                return len == 12 ? arena_printf(arena, "+%s", digits) : NULL;
        }
        if (memcmp(digits, "55", 2) == 0) {
                if (len == 12 && digits[4] >= '6') /* a mobile of before 2016 */
                        return arena_printf(arena, "+%.4s9%s", digits, digits + 4);
                return len == 12 || len == 13 ? arena_printf(arena, "+%s", digits) : NULL;
        }
        return arena_printf(arena, "+%s", digits);
}

int phone_normalise(Arena *arena, Str in, const char *city, char **ret)
{
        Digits digits;
        char *number = NULL;

        if (in.len > 64 || !read_digits(arena, in, &digits) || digits.len < 7)
                return -EINVAL;
        if (digits.international)
                number = international(arena, digits.text, digits.len, city);
        else if (digits.len == 12 && memcmp(digits.text, "57", 2) == 0)
                number = colombian(arena, digits.text + 2, 10, city);
        else
                number = colombian(arena, digits.text, digits.len, city);
        if (!number)
                return -EINVAL;
        *ret = number;
        return 0;
}
