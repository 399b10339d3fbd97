/* Names of files, made safe. Owns nothing. */
#include "disposition.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 150

/* The code point at the beginning of valid UTF-8. */
static uint32_t code_at(const char *p, size_t *ret_len)
{
        uint8_t c = (uint8_t)*p;
        unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        uint32_t code = more == 0 ? c : c & (0x3fu >> more);

        for (unsigned i = 1; i <= more; i++)
                code = code << 6 | ((uint8_t)p[i] & 0x3f);
        *ret_len = more + 1;
        return code;
}

/* Control characters, and those that are not seen but turn or hide what follows. */
static bool unwanted(uint32_t code)
{
        return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x61c ||
               (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
               (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfff0 && code <= 0xffff) ||
               (code >= 0xe000 && code <= 0xf8ff) || code >= 0xe0000;
}

/* What no file system minds. */
static bool reserved(uint32_t code)
{
        return code < 0x80 && strchr("\"*:<>?|%", (int)code);
}

static Str last_part(Str path)
{
        for (size_t i = path.len; i > 0; i--)
                if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
                        return (Str){path.p + i, path.len - i};
        return path;
}

static bool ends_in(Str name, const char *end)
{
        size_t n = strlen(end);

        return name.len > n && strncasecmp(name.p + name.len - n, end, n) == 0;
}

Str disposition_name(Arena *arena, Str name)
{
        Str from = last_part(name);
        StrBuf out = {.arena = arena};
        size_t len;

        if (!utf8_valid(from))
                from.len = 0;
        for (size_t i = 0; i < from.len; i += len) {
                uint32_t code = code_at(from.p + i, &len);
                if (out.len + len > NAME_MAX_BYTES)
                        break;
                if (unwanted(code) || (out.len == 0 && (code == '.' || code == ' ')))
                        continue;
                if (reserved(code))
                        strbuf_putc(&out, '_');
                else
                        strbuf_put(&out, from.p + i, len);
        }
        while (out.len > 0 && (out.p[out.len - 1] == '.' || out.p[out.len - 1] == ' '))
                out.len--;
        if (out.len == 0)
                strbuf_puts(&out, "cauce");
        Str made = {out.p, out.len};
        if (!ends_in(made, ".csv") && !ends_in(made, ".tsv") && !ends_in(made, ".txt"))
                strbuf_puts(&out, ".csv");
        return (Str){out.p, out.len};
}

/* The name for clients that know ASCII alone: a letter without its accents, else '_'. */
static void put_plain(Arena *arena, StrBuf *out, Str name)
{
        size_t len;

        for (size_t i = 0; i < name.len; i += len) {
                uint32_t code = code_at(name.p + i, &len);
                Str folded = code < 0x80 ? (Str){name.p + i, 1} : text_fold(arena, (Str){name.p + i, len});
                bool plain = folded.len == 1 && folded.p[0] > 0x20 && folded.p[0] < 0x7f &&
                             folded.p[0] != '"' && folded.p[0] != '\\' && folded.p[0] != '%';
                strbuf_putc(out, plain || code == ' ' ? folded.p[0] : '_');
        }
}

static void put_extended(StrBuf *out, Str name)
{
        for (size_t i = 0; i < name.len; i++) {
                char c = name.p[i];
                bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                if (digit || letter || (c && strchr("!#$&+-.^_`|~", c)))
                        strbuf_putc(out, c);
                else
                        strbuf_printf(out, "%%%02X", (unsigned)(uint8_t)c);
        }
}

char *disposition_of(Arena *arena, Str name)
{
        StrBuf out = {.arena = arena}, plain = {.arena = arena};
        Str safe = disposition_name(arena, name);

        put_plain(arena, &plain, safe);
        strbuf_printf(&out, "attachment; filename=\"%s\"", plain.p);
        if (str_is(safe, plain.p))
                return out.p;
        strbuf_puts(&out, "; filename*=UTF-8''");
        put_extended(&out, safe);
        return out.p;
}
