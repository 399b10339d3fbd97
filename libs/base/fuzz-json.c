/* Reads, writes compactly, reads again: what was accepted must come back as the same bytes. */

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* False when the input was refused. */
static bool rewrite(Arena *arena, Str input, StrBuf *out)
{
        JsonReader reader;
        bool comma = false;
        json_init(&reader, arena, input);
        for (;;) {
                JsonToken token = json_next(&reader);
                if (token == JSON_ERROR) {
                        if (!reader.error || json_next(&reader) != JSON_ERROR)
                                abort();
                        return false;
                }
                if (token == JSON_END)
                        return true;
                bool closes = token == JSON_OBJECT_END || token == JSON_ARRAY_END;
                if (comma && !closes)
                        strbuf_putc(out, ',');
                comma = token != JSON_KEY && token != JSON_OBJECT_BEGIN && token != JSON_ARRAY_BEGIN;
                switch (token) {
                case JSON_OBJECT_BEGIN:
                        strbuf_putc(out, '{');
                        break;
                case JSON_OBJECT_END:
                        strbuf_putc(out, '}');
                        break;
                case JSON_ARRAY_BEGIN:
                        strbuf_putc(out, '[');
                        break;
                case JSON_ARRAY_END:
                        strbuf_putc(out, ']');
                        break;
                case JSON_KEY:
                case JSON_STRING:
                        if (!utf8_valid(reader.text))
                                abort();
                        json_put_string(out, reader.text);
                        if (token == JSON_KEY)
                                strbuf_putc(out, ':');
                        break;
                case JSON_NUMBER:
                        strbuf_put(out, reader.text.p, reader.text.len);
                        break;
                default:
                        strbuf_puts(out, token == JSON_TRUE    ? "true"
                                         : token == JSON_FALSE ? "false"
                                                               : "null");
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Arena *arena = arena_new();
        StrBuf once = {.arena = arena}, twice = {.arena = arena};
        if (rewrite(arena, (Str){(const char *)data, size}, &once)) {
                if (!rewrite(arena, (Str){once.p, once.len}, &twice))
                        abort();
                if (once.len != twice.len || memcmp(once.p, twice.p, once.len) != 0)
                        abort();
                JsonReader reader;
                json_init(&reader, arena, (Str){once.p, once.len});
                if (!json_skip(&reader, json_next(&reader)) || json_next(&reader) != JSON_END)
                        abort();
        }
        arena_free(arena);
        return 0;
}
