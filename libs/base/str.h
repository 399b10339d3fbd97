#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A borrowed piece of text; not NUL-terminated. */
typedef struct Str {
        const char *p;
        size_t len;
} Str;

#define STR(literal) ((Str){literal, sizeof(literal) - 1})

Str str_of(const char *text); /* NULL gives an empty Str */
bool str_eq(Str a, Str b);
bool str_is(Str a, const char *text);
Str str_trim(Str text); /* ASCII white space off both ends */
/* Takes the part before `end` off the front of *rest, the separator too; without one, all of it. False when
 * nothing is left. */
bool str_take(Str *rest, char end, Str *ret);

static inline bool streq(const char *a, const char *b)
{
        return __builtin_strcmp(a, b) == 0;
}

/* 0-15, or -1 when it is not a hexadecimal digit. */
static inline int hex_value(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* Grows in `arena`, or on the heap when arena is NULL (then strbuf_done frees it). Always NUL-terminated
 * after an append; `p` is NULL before the first. */
typedef struct StrBuf {
        Arena *arena;
        char *p;
        size_t len, cap;
} StrBuf;

void strbuf_done(StrBuf *buf);
void strbuf_put(StrBuf *buf, const void *data, size_t len);
void strbuf_puts(StrBuf *buf, const char *text);
void strbuf_putc(StrBuf *buf, char c);
void strbuf_printf(StrBuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_put_i64(StrBuf *buf, int64_t value);
/* Makes room for `more` bytes and returns where they go; the caller adds what it wrote to len. */
char *strbuf_reserve(StrBuf *buf, size_t more);

/* Whole-text parsers: no leading white space, no sign '+', no trailing bytes. 0, or -EINVAL / -ERANGE. */
int parse_i64(Str text, int64_t *ret);
int parse_u32(Str text, uint32_t *ret);
/* Decimal text to a scaled integer: "12.5", scale 6 → 12500000. More decimals than the scale holds: -ERANGE.
 */
int parse_decimal(Str text, unsigned scale, int64_t *ret);
/* The shortest decimal text of value × 10^-scale ("12.5"), at least `min_decimals` of them. */
void strbuf_put_decimal(StrBuf *buf, int64_t value, unsigned scale, unsigned min_decimals);

/* True when the bytes are UTF-8 (no overlongs, surrogates or > U+10FFFF) and hold no NUL. */
bool utf8_valid(Str text);
/* The beginning of valid UTF-8 in at most `max` bytes, whole characters, as a string of its own: for
 * messages. */
char *utf8_cut(Arena *arena, Str text, size_t max);
/* Code points in valid UTF-8. */
size_t utf8_length(Str text);
/* Case and accents folded, compatibility forms decomposed, invisible characters dropped (NFKD, marks
 * stripped, case folded): the one function behind every `fold` column and every search. Runs of white space
 * become one blank, none at the ends. Folding twice changes nothing. Bytes that are not UTF-8 become '?'.
 * Result lives in the arena. */
Str text_fold(Arena *arena, Str text);
