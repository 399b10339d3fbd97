/* Paths and query parameters out of request targets. */

#include <errno.h>
#include <string.h>

#include "http/http.h"
#include "http/uri.h"

/* The byte that the '%' at `at` stands for, or -1. */
static int decode(Str text, size_t at)
{
        if (text.len - at < 3)
                return -1;
        int high = hex_value(text.p[at + 1]), low = hex_value(text.p[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Ends the segment that starts behind the slash at `slash`: drops it when it is "." or "..", with the one
 * before in the second case. Returns the new length. */
static size_t end_segment(const char *out, size_t slash, size_t len, bool last)
{
        size_t n = len - slash - 1;
        const char *segment = out + slash + 1;
        bool dot = n == 1 && segment[0] == '.', dots = n == 2 && segment[0] == '.' && segment[1] == '.';
        if (!dot && !dots)
                return len;
        if (dots)
                while (slash > 0 && out[--slash] != '/')
                        ;
        return last ? slash + 1 : slash;
}

int uri_path(Arena *arena, Str raw, Str *ret)
{
        if (raw.len == 0 || raw.p[0] != '/')
                return -EINVAL;
        char *out = arena_alloc(arena, raw.len + 1);
        size_t len = 0, slash = 0;
        for (size_t at = 0; at < raw.len; at++) {
                int c = (unsigned char)raw.p[at];
                if (c == '/') {
                        if (at > 0)
                                len = end_segment(out, slash, len, false);
                        slash = len;
                } else if (c == '%') {
                        c = decode(raw, at);
                        at += 2;
                        if (c == '/')
                                return -EINVAL;
                }
                if (c < 0x20 || c == 0x7f)
                        return -EINVAL;
                out[len++] = (char)c;
        }
        len = end_segment(out, slash, len, true);
        out[len] = 0;
        Str path = {out, len};
        if (!utf8_valid(path))
                return -EINVAL;
        *ret = path;
        return 0;
}

/* One name or value of a form: '+' is a blank. Text without an escape is not copied. */
static int form_decode(Arena *arena, Str raw, Str *ret)
{
        Str text = raw;
        if (raw.len > 0 && (memchr(raw.p, '%', raw.len) || memchr(raw.p, '+', raw.len))) {
                char *out = arena_alloc(arena, raw.len + 1);
                size_t len = 0;
                for (size_t at = 0; at < raw.len; at++) {
                        int c = raw.p[at] == '+' ? ' ' : (unsigned char)raw.p[at];
                        if (c == '%') {
                                c = decode(raw, at);
                                at += 2;
                        }
                        if (c < 0)
                                return -EINVAL;
                        out[len++] = (char)c;
                }
                text = (Str){out, len};
        }
        if (!utf8_valid(text))
                return -EINVAL;
        *ret = text;
        return 0;
}

int http_params(Arena *arena, Str query, unsigned max, HttpParam **ret, unsigned *ret_n)
{
        unsigned n = 0, cap = query.len > 0;
        for (size_t i = 0; i < query.len; i++)
                cap += query.p[i] == '&';
        HttpParam *params = arena_array(arena, cap < max ? cap : max, sizeof *params);
        for (Str value, name; str_take(&query, '&', &value);) {
                if (!str_take(&value, '=', &name))
                        continue;
                if (n == max)
                        return -E2BIG;
                if (form_decode(arena, name, &params[n].name) < 0 ||
                        form_decode(arena, value, &params[n].value) < 0)
                        return -EINVAL;
                n++;
        }
        *ret = params;
        *ret_n = n;
        return 0;
}
