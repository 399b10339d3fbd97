/* Folding for search. Plain ASCII and the letters of Western Europe go by a table, all else through utf8proc;
 * the test holds the two together. */
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"

/* U+00C0 to U+00FF, whose second byte runs from 0x80 to 0xBF after 0xC3. */
static const char latin[64][3] = {
        "a", "a", "a", "a", "a", "a", "æ", "c", "e", "e", "e", "e", "i", "i", "i", "i",  /* À-Ï */
        "ð", "n", "o", "o", "o", "o", "o", "×", "ø", "u", "u", "u", "u", "y", "þ", "ss", /* Ð-ß */
        "a", "a", "a", "a", "a", "a", "æ", "c", "e", "e", "e", "e", "i", "i", "i", "i",  /* à-ï */
        "ð", "n", "o", "o", "o", "o", "o", "÷", "ø", "u", "u", "u", "u", "y", "þ", "y",  /* ð-ÿ */
};

/* Writes the fold to `to` (never longer than the text); false when a character is not in the tables. */
static bool fold_simple(Str text, char *to, size_t *ret_len)
{
        char *begin = to;
        bool blank = false;

        for (size_t i = 0; i < text.len; i++) {
                uint8_t c = (uint8_t)text.p[i];
                if (c == ' ' || (c >= '\t' && c <= '\r')) {
                        blank = to > begin;
                        continue;
                }
                if (blank)
                        *to++ = ' ';
                blank = false;
                if (c < 0x80) {
                        *to++ = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
                } else if (c == 0xC3 && i + 1 < text.len && ((uint8_t)text.p[i + 1] & 0xC0) == 0x80) {
                        const char *folded = latin[text.p[++i] & 0x3F];
                        *to++ = folded[0];
                        if (folded[1])
                                *to++ = folded[1];
                } else {
                        return false;
                }
        }
        *ret_len = (size_t)(to - begin);
        return true;
}

/* What Unicode calls white space and compatibility decomposition has not made U+0020. */
static bool is_space(utf8proc_int32_t c)
{
        return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x1680 || c == 0x2028 || c == 0x2029;
}

static size_t collapse(utf8proc_int32_t *points, size_t n)
{
        size_t to = 0;
        bool blank = false;

        for (size_t i = 0; i < n; i++) {
                if (is_space(points[i])) {
                        blank = to > 0;
                        continue;
                }
                if (blank)
                        points[to++] = ' ';
                blank = false;
                points[to++] = points[i];
        }
        return to;
}

static Str fold_unicode(Arena *arena, Str text)
{
        static const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                                 UTF8PROC_STRIPMARK | UTF8PROC_IGNORE | UTF8PROC_STABLE;
        const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.p;
        utf8proc_ssize_t cap = (utf8proc_ssize_t)text.len + 32, n;
        utf8proc_int32_t *points = NULL;

        /* A few characters decompose into more than their bytes: then the second round has room. */
        for (;;) {
                points = arena_raw(arena, ((size_t)cap + 1) * sizeof *points);
                n = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.len, points, cap, options);
                if (n <= cap)
                        break;
                cap = n;
        }
        if (n < 0)
                return (Str){NULL, 0};
        n = (utf8proc_ssize_t)collapse(points, (size_t)n);
        n = utf8proc_reencode(points, n, options);
        return (Str){(const char *)points, n > 0 ? (size_t)n : 0};
}

Str text_fold(Arena *arena, Str text)
{
        char *to = arena_raw(arena, text.len + 1);
        size_t len = 0;

        if (fold_simple(text, to, &len)) {
                to[len] = '\0';
                return (Str){to, len};
        }
        Str folded = fold_unicode(arena, text);
        if (folded.p)
                return folded;
        char *ascii = arena_strndup(arena, text.p, text.len);
        for (size_t i = 0; i < text.len; i++)
                if ((uint8_t)ascii[i] >= 0x80)
                        ascii[i] = '?';
        (void)fold_simple((Str){ascii, text.len}, to, &len);
        to[len] = '\0';
        return (Str){to, len};
}
