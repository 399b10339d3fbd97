/* A packed message → JSON, written while it is read: a page of records is never built up as messages.
 * Whatever is not as our daemons pack it (fields by number, each once) goes by way of a message. */
#include <string.h>

#include "cauce.pb-c.h"
#include "http/json_writing.h"

enum { WIRE_VARINT, WIRE_64, WIRE_LENGTH, WIRE_32 = 5 };

typedef struct Writing {
        StrBuf *buf;
        Arena *arena;
        const MessageMeta *meta;
        unsigned next;     /* the first field that may still come */
        const Field *open; /* a repeated one that is being written */
        bool comma;
} Writing;

/* ---- the wire ---- */

static bool take_varint(Str *rest, uint64_t *ret)
{
        uint64_t value = 0;

        for (unsigned i = 0; i < 10 && i < rest->len; i++) {
                uint8_t byte = (uint8_t)rest->p[i];
                if (i == 9 && byte > 1)
                        return false;
                value |= (uint64_t)(byte & 0x7f) << 7 * i;
                if (byte >= 0x80)
                        continue;
                *ret = value;
                *rest = (Str){rest->p + i + 1, rest->len - i - 1};
                return true;
        }
        return false;
}

static bool take_length(Str *rest, uint64_t len, Str *ret)
{
        if (len > rest->len)
                return false;
        *ret = (Str){rest->p, len};
        *rest = (Str){rest->p + len, rest->len - len};
        return true;
}

static bool take_bytes(Str *rest, Str *ret)
{
        uint64_t len;

        return take_varint(rest, &len) && take_length(rest, len, ret);
}

static bool skip(Str *rest, unsigned wire)
{
        uint64_t number;
        Str bytes;

        switch (wire) {
        case WIRE_VARINT:
                return take_varint(rest, &number);
        case WIRE_64:
                return take_length(rest, 8, &bytes);
        case WIRE_LENGTH:
                return take_bytes(rest, &bytes);
        case WIRE_32:
                return take_length(rest, 4, &bytes);
        default:
                return false;
        }
}

/* ---- fields ---- */

static void close_open(Writing *writing)
{
        if (writing->open)
                strbuf_putc(writing->buf, writing->open->kind == KIND_LABELS ? '}' : ']');
        writing->open = NULL;
}

/* The field of that number, NULL = none is known here; false = it should have come before. */
static bool find_field(Writing *writing, uint64_t number, const Field **ret)
{
        const MessageMeta *meta = writing->meta;

        if (writing->open && writing->open->number == number) {
                *ret = writing->open;
                return true;
        }
        close_open(writing);
        if (writing->next > 0 && meta->fields[writing->next - 1].number >= number)
                return false;
        while (writing->next < meta->n_fields && meta->fields[writing->next].number < number)
                writing->next++;
        bool found = writing->next < meta->n_fields && meta->fields[writing->next].number == number;
        *ret = found ? &meta->fields[writing->next++] : NULL;
        return true;
}

static void begin_value(Writing *writing, const Field *field)
{
        if (field == writing->open) {
                strbuf_putc(writing->buf, ',');
                return;
        }
        json_put_key(writing->buf, field->name, &writing->comma);
        if (!field->repeated)
                return;
        strbuf_putc(writing->buf, field->kind == KIND_LABELS ? '{' : '[');
        writing->open = field;
}

/* As a message holds it: up to the first NUL. */
static void put_text(StrBuf *buf, Str text)
{
        json_put_string(buf, (Str){text.p, strnlen(text.p, text.len)});
}

static bool put_label(Writing *writing, const Field *field, Str bytes)
{
        Str name, text;

        if (bytes.len == 0 || bytes.p[0] != (1 << 3 | WIRE_LENGTH))
                return false;
        bytes = (Str){bytes.p + 1, bytes.len - 1};
        if (!take_bytes(&bytes, &name) || bytes.len == 0 || bytes.p[0] != (2 << 3 | WIRE_LENGTH))
                return false;
        bytes = (Str){bytes.p + 1, bytes.len - 1};
        if (!take_bytes(&bytes, &text) || bytes.len > 0)
                return false;
        begin_value(writing, field);
        put_text(writing->buf, name);
        strbuf_putc(writing->buf, ':');
        put_text(writing->buf, text);
        return true;
}

static bool put_custom(Writing *writing, const Field *field, Str bytes)
{
        const Cauce__Custom *custom =
                cauce__custom__unpack(arena_protobuf(writing->arena), bytes.len, (const uint8_t *)bytes.p);

        if (custom && custom->n_values > 0) {
                begin_value(writing, field);
                json_put_custom(writing->buf, custom);
        }
        return custom;
}

static bool put_length(Writing *writing, const Field *field, Str bytes)
{
        ProtobufCBinaryData data = {bytes.len, (uint8_t *)(uintptr_t)bytes.p};

        switch (field->type) {
        case PROTOBUF_C_TYPE_STRING:
                begin_value(writing, field);
                put_text(writing->buf, bytes);
                return true;
        case PROTOBUF_C_TYPE_BYTES:
                begin_value(writing, field);
                json_put_value(writing->buf, field, &data);
                return true;
        case PROTOBUF_C_TYPE_MESSAGE:
                if (field->kind == KIND_CUSTOM)
                        return put_custom(writing, field, bytes);
                if (field->kind == KIND_LABELS)
                        return put_label(writing, field, bytes);
                begin_value(writing, field);
                return packed_to_json(writing->buf, writing->arena, field->message, bytes);
        default: /* packed numbers */
                return false;
        }
}

static bool put_varint(Writing *writing, const Field *field, uint64_t value)
{
        const int32_t narrow = (int32_t)value;
        const protobuf_c_boolean flag = value != 0;
        const void *from;

        switch (field->type) {
        case PROTOBUF_C_TYPE_INT32:
        case PROTOBUF_C_TYPE_UINT32:
        case PROTOBUF_C_TYPE_ENUM:
                from = &narrow;
                break;
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64:
                from = &value;
                break;
        case PROTOBUF_C_TYPE_BOOL:
                from = &flag;
                break;
        default:
                return false;
        }
        begin_value(writing, field);
        json_put_value(writing->buf, field, from);
        return true;
}

static bool put_field(Writing *writing, Str *rest)
{
        uint64_t tag, number;
        const Field *field;
        Str bytes;

        if (!take_varint(rest, &tag) || tag > UINT32_MAX || !find_field(writing, tag >> 3, &field))
                return false;
        unsigned wire = tag & 7;
        if (!field || field->flags & FIELD_SECRET)
                return skip(rest, wire);
        if (wire == WIRE_LENGTH)
                return take_bytes(rest, &bytes) && put_length(writing, field, bytes);
        return wire == WIRE_VARINT && take_varint(rest, &number) && put_varint(writing, field, number);
}

static bool put_fields(Writing *writing, Str rest)
{
        strbuf_putc(writing->buf, '{');
        while (rest.len > 0)
                if (!put_field(writing, &rest))
                        return false;
        close_open(writing);
        strbuf_putc(writing->buf, '}');
        return true;
}

bool packed_to_json(StrBuf *buf, Arena *arena, const MessageMeta *meta, Str packed)
{
        Writing writing = {.buf = buf, .arena = arena, .meta = meta};
        size_t before = buf->len;

        if (put_fields(&writing, packed))
                return true;
        buf->len = before;
        const ProtobufCMessage *message = protobuf_c_message_unpack(
                meta->descriptor, arena_protobuf(arena), packed.len, (const uint8_t *)packed.p);
        if (message)
                message_to_json(buf, meta, message);
        return message != NULL;
}
