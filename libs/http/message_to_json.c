/* Message → JSON, straight from protobuf-c's struct. */

#include <sodium.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "base/uuid.h"
#include "cauce.pb-c.h"
#include "http/json_writing.h"

void json_put_key(StrBuf *buf, const char *name, bool *comma)
{
        size_t len = strlen(name), n = 0;
        char *out = strbuf_reserve(buf, len + 5);
        if (*comma)
                out[n++] = ',';
        *comma = true;
        out[n++] = '"';
        memcpy(out + n, name, len);
        n += len;
        out[n++] = '"';
        out[n++] = ':';
        out[n] = 0;
        buf->len += n;
}

static void put_plain(StrBuf *buf, const char *text, size_t len)
{
        char *out = strbuf_reserve(buf, len + 3);
        out[0] = '"';
        memcpy(out + 1, text, len);
        out[len + 1] = '"';
        out[len + 2] = 0;
        buf->len += len + 2;
}

static void put_decimal(StrBuf *buf, const Field *field, int64_t value)
{
        unsigned decimals = field->kind == KIND_MONEY ? currency_decimals("COP") : 0;
        strbuf_putc(buf, '"');
        strbuf_put_decimal(buf, value, field->kind == KIND_MONEY ? decimals : 6, decimals);
        strbuf_putc(buf, '"');
}

static void put_u64(StrBuf *buf, uint64_t value)
{
        if (value > INT64_MAX) {
                strbuf_put_i64(buf, (int64_t)(value / 10));
                strbuf_putc(buf, (char)('0' + value % 10));
                return;
        }
        strbuf_put_i64(buf, (int64_t)value);
}

static void put_integer(StrBuf *buf, const Field *field, const void *from)
{
        switch (field->type) {
        case PROTOBUF_C_TYPE_INT32:
                strbuf_put_i64(buf, *(const int32_t *)from);
                return;
        case PROTOBUF_C_TYPE_UINT32:
                strbuf_put_i64(buf, *(const uint32_t *)from);
                return;
        case PROTOBUF_C_TYPE_UINT64:
                put_u64(buf, *(const uint64_t *)from);
                return;
        default:
                strbuf_put_i64(buf, *(const int64_t *)from);
        }
}

static void put_date(StrBuf *buf, int32_t date)
{
        char text[11];
        date_format(date, text);
        put_plain(buf, text, 10);
}

static void put_instant(StrBuf *buf, int64_t at)
{
        char text[28];
        instant_format(at, text);
        put_plain(buf, text, strlen(text));
}

static void put_base64(StrBuf *buf, const ProtobufCBinaryData *data)
{
        size_t size = sodium_base64_ENCODED_LEN(data->len, sodium_base64_VARIANT_ORIGINAL);
        char *out = strbuf_reserve(buf, size + 2);
        out[0] = '"';
        (void)sodium_bin2base64(out + 1, size, data->data, data->len, sodium_base64_VARIANT_ORIGINAL);
        out[size] = '"';
        out[size + 1] = 0;
        buf->len += size + 1;
}

static void put_bytes(StrBuf *buf, const Field *field, const ProtobufCBinaryData *data)
{
        bool id = field->kind == KIND_REFERENCE || field->kind == KIND_UUID;
        if (!id || data->len != sizeof(Uuid)) {
                put_base64(buf, data);
                return;
        }
        char text[UUID_TEXT + 1];
        uuid_format((const Uuid *)data->data, text);
        put_plain(buf, text, UUID_TEXT);
}

/* A lexeme that came from outside this process is looked at once more: it must not break the text. */
static void put_number(StrBuf *buf, const char *lexeme)
{
        JsonReader reader;
        Str text = str_of(lexeme);
        json_init(&reader, NULL, text);
        if (text.len > 0 && text.p[0] <= '9' && text.p[0] >= '-' && json_next(&reader) == JSON_NUMBER &&
                json_next(&reader) == JSON_END)
                strbuf_put(buf, text.p, text.len);
        else
                json_put_string(buf, text);
}

static void put_custom_value(StrBuf *buf, const Cauce__CustomValue *value)
{
        if (value->text) {
                json_put_string(buf, str_of(value->text));
        } else if (value->number) {
                put_number(buf, value->number);
        } else if (value->has_flag) {
                strbuf_puts(buf, value->flag ? "true" : "false");
        } else if (value->has_cleared && value->cleared) {
                strbuf_put(buf, "null", 4);
        } else {
                strbuf_putc(buf, '[');
                for (size_t i = 0; i < value->n_list; i++) {
                        if (i > 0)
                                strbuf_putc(buf, ',');
                        json_put_string(buf, str_of(value->list[i]));
                }
                strbuf_putc(buf, ']');
        }
}

void json_put_custom(StrBuf *buf, const Cauce__Custom *custom)
{
        strbuf_putc(buf, '{');
        for (size_t i = 0; i < custom->n_values; i++) {
                if (i > 0)
                        strbuf_putc(buf, ',');
                json_put_string(buf, str_of(custom->values[i]->key));
                strbuf_putc(buf, ':');
                put_custom_value(buf, custom->values[i]);
        }
        strbuf_putc(buf, '}');
}

static void put_labels(StrBuf *buf, Cauce__Label *const *labels, size_t n)
{
        strbuf_putc(buf, '{');
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        strbuf_putc(buf, ',');
                json_put_string(buf, str_of(labels[i]->field));
                strbuf_putc(buf, ':');
                json_put_string(buf, str_of(labels[i]->text));
        }
        strbuf_putc(buf, '}');
}

void json_put_value(StrBuf *buf, const Field *field, const void *from)
{
        switch (field->type) {
        case PROTOBUF_C_TYPE_STRING:
                json_put_string(buf, str_of(*(char *const *)from));
                return;
        case PROTOBUF_C_TYPE_BOOL:
                strbuf_puts(buf, *(const protobuf_c_boolean *)from ? "true" : "false");
                return;
        case PROTOBUF_C_TYPE_BYTES:
                put_bytes(buf, field, from);
                return;
        case PROTOBUF_C_TYPE_MESSAGE:
                message_to_json(buf, field->message, *(ProtobufCMessage *const *)from);
                return;
        case PROTOBUF_C_TYPE_ENUM:
                json_put_string(buf, str_of(enum_name(field->enumeration, *(const int *)from)));
                return;
        }
        switch (field->kind) {
        case KIND_DATE:
                put_date(buf, *(const int32_t *)from);
                return;
        case KIND_DATETIME:
                put_instant(buf, *(const int64_t *)from);
                return;
        case KIND_DECIMAL:
        case KIND_MONEY:
        case KIND_PERCENT:
        case KIND_GEO_LATITUDE:
        case KIND_GEO_LONGITUDE:
                put_decimal(buf, field, *(const int64_t *)from);
                return;
        default:
                put_integer(buf, field, from);
        }
}

static void put_repeated(StrBuf *buf, const Field *field, const char *items, size_t n)
{
        static const uint8_t sizes[] = {
                [PROTOBUF_C_TYPE_INT32] = sizeof(int32_t),
                [PROTOBUF_C_TYPE_UINT32] = sizeof(uint32_t),
                [PROTOBUF_C_TYPE_INT64] = sizeof(int64_t),
                [PROTOBUF_C_TYPE_UINT64] = sizeof(uint64_t),
                [PROTOBUF_C_TYPE_BOOL] = sizeof(protobuf_c_boolean),
                [PROTOBUF_C_TYPE_ENUM] = sizeof(int),
                [PROTOBUF_C_TYPE_STRING] = sizeof(char *),
                [PROTOBUF_C_TYPE_BYTES] = sizeof(ProtobufCBinaryData),
                [PROTOBUF_C_TYPE_MESSAGE] = sizeof(void *),
        };
        strbuf_putc(buf, '[');
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        strbuf_putc(buf, ',');
                json_put_value(buf, field, items + i * sizes[field->type]);
        }
        strbuf_putc(buf, ']');
}

static bool is_present(const Field *field, const char *message)
{
        if (field->repeated)
                return *(const size_t *)(message + field->quantifier) > 0;
        if (field->quantifier > 0)
                return *(const protobuf_c_boolean *)(message + field->quantifier);
        const void *pointer = *(void *const *)(message + field->offset);
        if (field->kind == KIND_CUSTOM)
                return pointer && ((const Cauce__Custom *)pointer)->n_values > 0;
        return pointer != NULL;
}

void message_to_json(StrBuf *buf, const MessageMeta *meta, const ProtobufCMessage *message)
{
        const char *base = (const char *)message;
        bool comma = false;
        strbuf_putc(buf, '{');
        for (unsigned i = 0; i < meta->n_fields; i++) {
                const Field *field = &meta->fields[i];
                if (!is_present(field, base) || field->flags & FIELD_SECRET)
                        continue;
                const char *from = base + field->offset;
                json_put_key(buf, field->name, &comma);
                if (field->kind == KIND_CUSTOM)
                        json_put_custom(buf, *(Cauce__Custom *const *)from);
                else if (field->kind == KIND_LABELS)
                        put_labels(buf, *(Cauce__Label *const *const *)from,
                                *(const size_t *)(base + field->quantifier));
                else if (field->repeated)
                        put_repeated(buf, field, *(const char *const *)from,
                                *(const size_t *)(base + field->quantifier));
                else
                        json_put_value(buf, field, from);
        }
        strbuf_putc(buf, '}');
}
