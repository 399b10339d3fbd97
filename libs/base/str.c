/* Borrowed text and the growing buffer. Numbers in and out are in number.c, UTF-8 in utf8.c, folding in
 * fold.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

Str str_of(const char *text)
{
        return (Str){.p = text ? text : "", .len = text ? strlen(text) : 0};
}

bool str_eq(Str a, Str b)
{
        return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool str_is(Str a, const char *text)
{
        size_t len = strlen(text);

        return a.len == len && (len == 0 || memcmp(a.p, text, len) == 0);
}

static bool is_blank(char c)
{
        return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str text)
{
        while (text.len && is_blank(text.p[0])) {
                text.p++;
                text.len--;
        }
        while (text.len && is_blank(text.p[text.len - 1]))
                text.len--;
        return text;
}

bool str_take(Str *rest, char end, Str *ret)
{
        if (rest->len == 0)
                return false;
        const char *at = memchr(rest->p, end, rest->len);
        size_t len = at ? (size_t)(at - rest->p) : rest->len, used = len + (at != NULL);
        *ret = (Str){rest->p, len};
        *rest = (Str){rest->p + used, rest->len - used};
        return true;
}

void strbuf_done(StrBuf *buf)
{
        if (!buf->arena)
                free(buf->p);
        *buf = (StrBuf){.arena = buf->arena};
}

static void strbuf_grow(StrBuf *buf, size_t more)
{
        size_t need = 0;

        if (__builtin_add_overflow(buf->len + 1, more, &need) || need > SIZE_MAX / 4)
                abort();
        size_t cap = buf->cap < 64 ? 64 : buf->cap * 2;
        if (cap < need)
                cap = need;
        if (buf->arena) {
                buf->p = arena_grow(buf->arena, buf->p, buf->cap, cap);
        } else {
                char *p = realloc(buf->p, cap);
                if (!p)
                        abort();
                buf->p = p;
        }
        buf->cap = cap;
}

/* `len` is free to grow by `more`, and a NUL fits behind it. */
char *strbuf_reserve(StrBuf *buf, size_t more)
{
        if (__builtin_expect(more >= buf->cap - buf->len, 0))
                strbuf_grow(buf, more);
        return buf->p + buf->len;
}

void strbuf_put(StrBuf *buf, const void *data, size_t len)
{
        char *to = strbuf_reserve(buf, len);

        if (len)
                memcpy(to, data, len);
        to[len] = '\0';
        buf->len += len;
}

void strbuf_puts(StrBuf *buf, const char *text)
{
        strbuf_put(buf, text, strlen(text));
}

void strbuf_putc(StrBuf *buf, char c)
{
        char *to = strbuf_reserve(buf, 1);

        to[0] = c;
        to[1] = '\0';
        buf->len++;
}

void strbuf_printf(StrBuf *buf, const char *format, ...)
{
        va_list args, again;

        (void)strbuf_reserve(buf, 64);
        va_start(args, format);
        va_copy(again, args);
        int len = vsnprintf(buf->p + buf->len, buf->cap - buf->len, format, args);
        if (len < 0)
                abort();
        if ((size_t)len >= buf->cap - buf->len) {
                (void)strbuf_reserve(buf, (size_t)len);
                (void)vsnprintf(buf->p + buf->len, buf->cap - buf->len, format, again);
        }
        va_end(again);
        va_end(args);
        buf->len += (size_t)len;
}
