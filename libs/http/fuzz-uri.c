/* A decoded path is absolute, has no dot segments and is stable under encoding; parameters survive a round
 * trip. */

#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "http/uri.h"

#define PARAMS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
        if (!condition)
                abort();
}

static void encode(StrBuf *buf, Str text, bool path)
{
        for (size_t i = 0; i < text.len; i++)
                if (path && text.p[i] == '/')
                        strbuf_putc(buf, '/');
                else
                        strbuf_printf(buf, "%%%02x", (unsigned char)text.p[i]);
}

static void check_path(Arena *arena, Str raw)
{
        Str path, again;
        if (uri_path(arena, raw, &path) < 0)
                return;
        require(path.len > 0 && path.p[0] == '/' && path.len <= raw.len && utf8_valid(path));
        StrBuf fenced = {.arena = arena};
        strbuf_put(&fenced, path.p, path.len);
        strbuf_putc(&fenced, '/');
        require(!strstr(fenced.p, "/./") && !strstr(fenced.p, "/../"));
        StrBuf encoded = {.arena = arena};
        encode(&encoded, path, true);
        require(uri_path(arena, (Str){encoded.p, encoded.len}, &again) == 0 && str_eq(path, again));
}

static void check_params(Arena *arena, Str query)
{
        HttpParam *params, *again;
        unsigned n, n_again;
        if (http_params(arena, query, PARAMS, &params, &n) < 0)
                return;
        require(n <= PARAMS);
        StrBuf encoded = {.arena = arena};
        strbuf_puts(&encoded, "");
        for (unsigned i = 0; i < n; i++) {
                encode(&encoded, params[i].name, false);
                strbuf_putc(&encoded, '=');
                encode(&encoded, params[i].value, false);
                strbuf_putc(&encoded, '&');
        }
        require(http_params(arena, (Str){encoded.p, encoded.len}, PARAMS, &again, &n_again) == 0 &&
                n == n_again);
        for (unsigned i = 0; i < n; i++)
                require(str_eq(params[i].name, again[i].name) && str_eq(params[i].value, again[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Arena *arena = arena_new();
        Str input = {arena_memdup(arena, data, size), size};
        check_path(arena, input);
        check_params(arena, input);
        arena_free(arena);
        return 0;
}
