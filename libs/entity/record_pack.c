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

static void put_message(StrBuf *buf, const Field *field, const ProtobufCMessage *message)
{
        size_t len = protobuf_c_message_get_packed_size(message);

        put_tag(buf, field, WIRE_LENGTH);
        put_varint(buf, len);
        buf->len += protobuf_c_message_pack(message, (uint8_t *)strbuf_reserve(buf, len));
}

static void put_repeated(StrBuf *buf, const Field *field, const ProtobufCMessage *record)
{
        size_t n = *(const size_t *)(const void *)((const char *)record + field->quantifier);
        void *const *items = *(void *const *const *)(const void *)((const char *)record + field->offset);

        for (size_t i = 0; i < n; i++)
                if (field->type == PROTOBUF_C_TYPE_STRING)
                        put_bytes(buf, field, items[i], strlen(items[i]));
                else
                        put_message(buf, field, items[i]);
}

static void put_field(StrBuf *buf, const Field *field, const ProtobufCMessage *record)
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
                put_message(buf, field, AT(record, field, const ProtobufCMessage *));
                break;
        default: /* int32, uint32, enum: a negative one is ten bytes, as if it were 64 bits wide */
                put_tag(buf, field, WIRE_VARINT);
                put_varint(buf, (uint64_t)(int64_t)AT(record, field, int32_t));
                break;
        }
}

void record_pack(StrBuf *buf, const Field *const *fields, unsigned n, const ProtobufCMessage *record)
{
        for (unsigned i = 0; i < n; i++) {
                if (!record_has(record, fields[i]))
                        continue;
                if (fields[i]->repeated)
                        put_repeated(buf, fields[i], record);
                else
                        put_field(buf, fields[i], record);
        }
}
