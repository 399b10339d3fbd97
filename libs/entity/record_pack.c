/* Packing what a list has of a record: protobuf-c goes through every field of the message, twice. */
#include <string.h>

#include "entity/record.h"
#include "entity/record_pack.h"

#define AT(record, field, type) (*(const type *)(const void *)((const char *)(record) + (field)->offset))

enum { WIRE_VARINT, WIRE_LENGTH = 2 };

static void put_varint(StrBuf *buf, uint64_t value)
{
        char *at = strbuf_reserve(buf, 10);
        unsigned n = 0;

        for (; value >= 0x80; value >>= 7)
                at[n++] = (char)(value | 0x80);
        at[n++] = (char)value;
        buf->len += n;
}

static void put_tag(StrBuf *buf, const Field *field, unsigned wire)
{
        put_varint(buf, field->number << 3 | wire);
}

static void put_bytes(StrBuf *buf, const Field *field, const void *data, size_t len)
{
        put_tag(buf, field, WIRE_LENGTH);
        put_varint(buf, len);
        strbuf_put(buf, data, len);
}

static void pack_field(StrBuf *buf, const Field *field, const void *message);

/* Its length stands before it: a byte, widened once it is known to need more. */
static void put_message(StrBuf *buf, const Field *field, const void *message)
{
        const MessageMeta *meta = field->message;

        put_tag(buf, field, WIRE_LENGTH);
        size_t at = buf->len;
        strbuf_putc(buf, 0);
        for (unsigned i = 0; i < meta->n_fields; i++)
                pack_field(buf, &meta->fields[i], message);
        size_t len = buf->len - at - 1;
        if (len < 0x80) {
                buf->p[at] = (char)len;
                return;
        }
        char *moved = strbuf_reserve(buf, 10);
        size_t more = (len >= 1 << 14) + (len >= 1 << 21) + (len >= 1 << 28) + 1;
        memmove(moved - len + more, moved - len, len);
        buf->len = at;
        put_varint(buf, len);
        buf->len += len;
}

static void put_repeated(StrBuf *buf, const Field *field, const void *record)
{
        size_t n = *(const size_t *)(const void *)((const char *)record + field->quantifier);
        void *const *items = *(void *const *const *)(const void *)((const char *)record + field->offset);

        for (size_t i = 0; i < n; i++)
                if (field->type == PROTOBUF_C_TYPE_STRING)
                        put_bytes(buf, field, items[i], strlen(items[i]));
                else
                        put_message(buf, field, items[i]);
}

static void put_one(StrBuf *buf, const Field *field, const void *record)
{
        switch (field->type) {
        case PROTOBUF_C_TYPE_BOOL:
                put_tag(buf, field, WIRE_VARINT);
                put_varint(buf, AT(record, field, protobuf_c_boolean) != 0);
                break;
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64:
                put_tag(buf, field, WIRE_VARINT);
                put_varint(buf, (uint64_t)AT(record, field, int64_t));
                break;
        case PROTOBUF_C_TYPE_STRING:
                put_bytes(buf, field, AT(record, field, char *), strlen(AT(record, field, char *)));
                break;
        case PROTOBUF_C_TYPE_BYTES: {
                ProtobufCBinaryData data = AT(record, field, ProtobufCBinaryData);
                put_bytes(buf, field, data.data, data.len);
                break;
        }
        case PROTOBUF_C_TYPE_MESSAGE:
                put_message(buf, field, AT(record, field, void *));
                break;
        default: /* int32, uint32, enum: a negative one is ten bytes, as if it were 64 bits wide */
                put_tag(buf, field, WIRE_VARINT);
                put_varint(buf, (uint64_t)(int64_t)AT(record, field, int32_t));
                break;
        }
}

static void pack_field(StrBuf *buf, const Field *field, const void *message)
{
        if (!record_has(message, field))
                return;
        if (field->repeated)
                put_repeated(buf, field, message);
        else
                put_one(buf, field, message);
}

void record_pack(StrBuf *buf, const Field *const *fields, unsigned n, const ProtobufCMessage *record)
{
        for (unsigned i = 0; i < n; i++)
                pack_field(buf, fields[i], record);
}
