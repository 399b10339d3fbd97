/* Splits a script of SQL at its semicolons. */
#include <ctype.h>
#include <string.h>

#include "pg/split.h"

static bool starts(Str text, const char *with)
{
        size_t len = strlen(with);

        return text.len >= len && memcmp(text.p, with, len) == 0;
}

static Str skip(Str text, size_t n)
{
        n = n < text.len ? n : text.len;
        return (Str){text.p + n, text.len - n};
}

/* Up to and with `end`; all of it when that is missing. */
static size_t until(Str text, size_t from, Str end)
{
        for (size_t i = from; i + end.len <= text.len; i++)
                if (memcmp(text.p + i, end.p, end.len) == 0)
                        return i + end.len;
        return text.len;
}

static size_t quoted(Str text, bool escapes)
{
        for (size_t i = 1; i < text.len; i++) {
                if (escapes && text.p[i] == '\\')
                        i++;
                else if (text.p[i] == text.p[0])
                        return i + 1; /* a doubled one opens the next */
        }
        return text.len;
}

static size_t block_comment(Str text)
{
        unsigned depth = 1;
        size_t i = 2;

        while (i < text.len && depth) {
                Str rest = skip(text, i);
                int step = starts(rest, "/*") ? 1 : starts(rest, "*/") ? -1 : 0;
                depth += (unsigned)step;
                i += step ? 2 : 1;
        }
        return i < text.len ? i : text.len;
}

static bool is_word(char c)
{
        return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* $tag$ … $tag$, or 1 when the $ is something else ($1). */
static size_t dollar_quoted(Str text)
{
        size_t tag = 1;

        while (tag < text.len && is_word(text.p[tag]))
                tag++;
        if (tag >= text.len || text.p[tag] != '$' || isdigit((unsigned char)text.p[1]))
                return 1;
        return until(text, tag + 1, (Str){text.p, tag + 1});
}

static size_t word(Str text)
{
        size_t len = 1;

        while (len < text.len && (is_word(text.p[len]) || text.p[len] == '$'))
                len++;
        return len;
}

/* The length of the token that begins here. */
static size_t token(Str text)
{
        if (starts(text, "E'") || starts(text, "e'"))
                return 1 + quoted(skip(text, 1), true);
        if (text.p[0] == '\'' || text.p[0] == '"')
                return quoted(text, false);
        if (starts(text, "--"))
                return until(text, 2, STR("\n"));
        if (starts(text, "/*"))
                return block_comment(text);
        if (text.p[0] == '$')
                return dollar_quoted(text);
        return is_word(text.p[0]) ? word(text) : 1;
}

static bool is_comment(Str text)
{
        return starts(text, "--") || starts(text, "/*");
}

bool pgscript_next(Str *script, Str *ret)
{
        Str rest = str_trim(*script);
        const char *begin;

        /* Comments in front are not the statement's. */
        while (rest.len && (is_comment(rest) || rest.p[0] == ';'))
                rest = str_trim(skip(rest, token(rest)));
        if (rest.len == 0)
                return false;
        begin = rest.p;
        while (rest.len && rest.p[0] != ';')
                rest = skip(rest, token(rest));
        *script = skip(rest, 1);
        *ret = str_trim((Str){begin, (size_t)(rest.p - begin)});
        return true;
}
