/* What the SQL function fold_sql (migrations/0001) does, in C: NFKD, lower case, no combining marks. Beside
 * text_fold, which folds more (ß, invisible characters, blanks), because conditions on one field are written
 * with it. PostgreSQL puts a final Greek sigma in lower case as ς; this does not. */
#include <utf8proc.h>

#include "entity/filter_match.h"

static bool fold_ascii(Str text, char *to)
{
        for (size_t i = 0; i < text.len; i++) {
                uint8_t c = (uint8_t)text.p[i];
                if (c >= 0x80)
                        return false;
                to[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        }
        return true;
}

Str fold_sql(Arena *arena, Str text)
{
        static const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
        const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.p;
        char *ascii = arena_raw(arena, text.len + 1);
        utf8proc_int32_t *points;

        if (fold_ascii(text, ascii))
                return (Str){ascii, text.len};
        utf8proc_ssize_t n = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.len, NULL, 0, options);
        if (n < 0)
                return text; /* not UTF-8: in no column */
        points = arena_raw(arena, ((size_t)n + 1) * sizeof *points);
        n = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.len, points, n, options);
        char *out = arena_raw(arena, (size_t)n * 4 + 1);
        size_t len = 0;
        for (utf8proc_ssize_t i = 0; i < n; i++)
                if (points[i] < 0x300 || points[i] > 0x36F)
                        len += (size_t)utf8proc_encode_char(
                                utf8proc_tolower(points[i]), (utf8proc_uint8_t *)out + len);
        return (Str){out, len};
}
