/* Writing JSON. */
#include "json_out.h"

static void begin(JsonOut *out, const char *key)
{
        if (out->comma)
                strbuf_putc(out->buf, ',');
        out->comma = true;
        if (key) {
                json_put_string(out->buf, str_of(key));
                strbuf_putc(out->buf, ':');
        }
}

void out_open(JsonOut *out, const char *key, char bracket)
{
        begin(out, key);
        strbuf_putc(out->buf, bracket);
        out->comma = false;
}

void out_close(JsonOut *out, char bracket)
{
        strbuf_putc(out->buf, bracket);
        out->comma = true;
}

void out_text(JsonOut *out, const char *key, const char *text)
{
        if (!text)
                return;
        begin(out, key);
        json_put_string(out->buf, str_of(text));
}

void out_number(JsonOut *out, const char *key, int64_t value)
{
        begin(out, key);
        strbuf_put_i64(out->buf, value);
}

void out_bool(JsonOut *out, const char *key, bool value)
{
        out_raw(out, key, value ? "true" : "false");
}

void out_raw(JsonOut *out, const char *key, const char *json)
{
        begin(out, key);
        strbuf_puts(out->buf, json);
}

void out_ref(JsonOut *out, const char *key, const char *kind, const char *name)
{
        out_open(out, key, '{');
        begin(out, "$ref");
        strbuf_printf(out->buf, "\"#/components/%s/%s\"", kind, name);
        out_close(out, '}');
}
