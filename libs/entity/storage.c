/* Messages to the storage form: what event.before, event.after and record.custom hold as jsonb. Owns nothing;
 * writes into the caller's buffer. */
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "cauce.pb-c.h"
#include "entity/record.h"
#include "entity/storage.h"

static void put_text(StrBuf *buf, const char *text)
{
        json_put_string(buf, str_of(text));
}

static void put_texts(StrBuf *buf, const Str *texts, unsigned n)
{
        strbuf_putc(buf, '[');
        for (unsigned i = 0; i < n; i++) {
                if (i)
                        strbuf_putc(buf, ',');
                json_put_string(buf, texts[i]);
        }
        strbuf_putc(buf, ']');
}

/* As to_jsonb writes a timestamptz in UTC. */
static void put_time(StrBuf *buf, int64_t at_us)
{
        char text[28];

        instant_format(at_us, text);
        strbuf_printf(buf, "\"%.*s+00:00\"", (int)strlen(text) - 1, text);
}

static void put_value(StrBuf *buf, Store store, const Value *value)
{
        char text[UUID_TEXT + 1];

        switch (value->null ? STORE_NONE : store) {
        case STORE_TEXT:
                json_put_string(buf, value->text);
                return;
        case STORE_INT8:
                strbuf_put_i64(buf, value->number);
                return;
        case STORE_BOOL:
                strbuf_puts(buf, value->number ? "true" : "false");
                return;
        case STORE_DATE:
                date_format((int32_t)value->number, text);
                put_text(buf, text);
                return;
        case STORE_TIME:
                put_time(buf, value->number);
                return;
        case STORE_UUID:
                uuid_format(&value->uuid, text);
                put_text(buf, text);
                return;
        case STORE_TEXTS:
                put_texts(buf, value->texts, value->n);
                return;
        default:
                strbuf_puts(buf, "null");
        }
}

/* A lexeme by JSON's grammar and no byte more: it is written as it is. */
static bool number_valid(const char *text)
{
        JsonReader reader;

        if (*text != '-' && (*text < '0' || *text > '9'))
                return false;
        json_init(&reader, NULL, str_of(text));
        return json_next(&reader) == JSON_NUMBER && json_next(&reader) == JSON_END;
}

static void put_custom_value(StrBuf *buf, const Cauce__CustomValue *value)
{
        if (value->has_cleared && value->cleared) {
                strbuf_puts(buf, "null");
        } else if (value->text) {
                put_text(buf, value->text);
        } else if (value->number && number_valid(value->number)) {
                strbuf_puts(buf, value->number);
        } else if (value->has_flag) {
                strbuf_puts(buf, value->flag ? "true" : "false");
        } else if (value->n_list) {
                for (size_t i = 0; i < value->n_list; i++) {
                        strbuf_putc(buf, i ? ',' : '[');
                        put_text(buf, value->list[i]);
                }
                strbuf_putc(buf, ']');
        } else {
                strbuf_puts(buf, "null");
        }
}

void storage_put_custom(StrBuf *buf, const struct Cauce__Custom *custom)
{
        bool first = true;

        strbuf_putc(buf, '{');
        for (size_t i = 0; custom && i < custom->n_values; i++) {
                if (!custom->values[i]->key)
                        continue;
                if (!first)
                        strbuf_putc(buf, ',');
                first = false;
                put_text(buf, custom->values[i]->key);
                strbuf_putc(buf, ':');
                put_custom_value(buf, custom->values[i]);
        }
        strbuf_putc(buf, '}');
}

static bool is_changed(
        const Field *field, const ProtobufCMessage *message, const uint32_t *changed, unsigned n)
{
        if (!changed)
                return record_has(message, field);
        for (unsigned i = 0; i < n; i++)
                if (changed[i] == field->number)
                        return true;
        return false;
}

void storage_put_json(StrBuf *buf, const Module *module, const ProtobufCMessage *message,
        const uint32_t *changed, unsigned n_changed)
{
        const MessageMeta *meta = module->message;
        bool first = true;

        strbuf_putc(buf, '{');
        for (unsigned i = 0; i < meta->n_fields; i++) {
                const Field *field = &meta->fields[i];
                Store store = store_of(field->kind);
                if (store == STORE_NONE || field->flags & FIELD_SECRET ||
                        !is_changed(field, message, changed, n_changed))
                        continue;
                if (!first)
                        strbuf_putc(buf, ',');
                first = false;
                put_text(buf, field->name);
                strbuf_putc(buf, ':');
                if (store == STORE_CUSTOM && record_has(message, field)) {
                        storage_put_custom(buf, record_head(message)->custom);
                } else {
                        Value value = record_get(buf->arena, message, field);
                        put_value(buf, store, &value);
                }
        }
        strbuf_putc(buf, '}');
}
