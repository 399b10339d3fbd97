/* UTF-8: validation and counting, eight ASCII bytes at a time. */
#include <string.h>

#include "base/str.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS  UINT64_C(0x0101010101010101)

/* Length of the sequence at p, 0 when it is none. ASCII but NUL included. */
static size_t sequence(const uint8_t *p, size_t left)
{
        uint8_t lead = p[0];

        if (lead < 0x80)
                return lead != 0;
        size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || left < need)
                return 0;
        /* The second byte also bars overlongs, surrogates and what is past U+10FFFF. */
        uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (p[1] < low || p[1] > high)
                return 0;
        for (size_t i = 2; i < need; i++)
                if ((p[i] & 0xC0) != 0x80)
                        return 0;
        return need;
}

bool utf8_valid(Str text)
{
        const uint8_t *p = (const uint8_t *)text.p;
        const uint8_t *end = p + text.len;

        while (p < end) {
                uint64_t word;

                while (end - p >= 8) {
                        memcpy(&word, p, 8);
                        /* Any high bit, or any zero byte (exact when no high bit is set). */
                        if ((word | (word - LOW_BITS)) & HIGH_BITS)
                                break;
                        p += 8;
                }
                if (p == end)
                        break;
                size_t n = sequence(p, (size_t)(end - p));
                if (n == 0)
                        return false;
                p += n;
        }
        return true;
}

size_t utf8_length(Str text)
{
        size_t n = 0;

        for (size_t i = 0; i < text.len; i++)
                n += ((uint8_t)text.p[i] & 0xC0) != 0x80;
        return n;
}

char *utf8_cut(Arena *arena, Str text, size_t max)
{
        size_t n = text.len < max ? text.len : max;

        while (n > 0 && n < text.len && ((unsigned char)text.p[n] & 0xc0) == 0x80)
                n--;
        return arena_strndup(arena, n ? text.p : "", n);
}
