/* Events as JSON: the changed fields before and after. Owns, answers, emits nothing. */
#include <string.h>

#include "entity/record.h"
#include "event_json.h"

/* A record with one field in it, and its JSON: used again for every field. */
typedef struct One {
        const Module *module;
        ProtobufCMessage *record;
        StrBuf json;
} One;

/* {"custom":{"x":1}} of a message with that one field, without its braces and name; "null" when it is absent.
 */
static void put_field(One *one, StrBuf *out, const ProtobufCMessage *record, const Field *field)
{
        const size_t skip = strlen(field->name) + 4; /* {"name": */

        one->json.len = 0;
        if (record && record_has(record, field)) {
                protobuf_c_message_init(one->module->message->descriptor, one->record);
                record_borrow(one->record, record, field);
                message_to_json(&one->json, one->module->message, one->record);
        }
        if (one->json.len > skip + 1)
                strbuf_put(out, one->json.p + skip, one->json.len - skip - 1);
        else
                strbuf_puts(out, "null");
}

static const ProtobufCMessage *image(Exchange *x, const Module *module, bool has, ProtobufCBinaryData data)
{
        return has ? protobuf_c_message_unpack(
                             module->message->descriptor, arena_protobuf(x->rq.arena), data.len, data.data)
                   : NULL;
}

/* What every change touches (label, times) is not told. */
static bool is_told(const Field *field)
{
        return !(field->flags & FIELD_SECRET) &&
               !(field->flags & FIELD_READ_ONLY && field->number <= TAG_NUMBER);
}

void event_put_id(StrBuf *out, const char *key, ProtobufCBinaryData id)
{
        char text[UUID_TEXT + 1];

        if (id.len != sizeof(Uuid))
                return;
        uuid_format((const Uuid *)(const void *)id.data, text);
        strbuf_printf(out, "%s:\"%s\"", key, text);
}

void event_put_changes(Exchange *x, StrBuf *out, const Module *module, const Cauce__Event *event)
{
        const ProtobufCMessage *before = image(x, module, event->has_before, event->before);
        const ProtobufCMessage *after = image(x, module, event->has_after, event->after);
        One one = {.module = module,
                .record = arena_alloc(x->rq.arena, module->message->descriptor->sizeof_message),
                .json = {.arena = x->rq.arena}};
        unsigned n = 0;

        strbuf_puts(out, "\"changes\":[");
        for (size_t i = 0; i < event->n_changed; i++) {
                const Field *field = message_field_tag(module->message, event->changed[i]);
                if (!field || !is_told(field))
                        continue;
                strbuf_printf(out, "%s{\"field\":\"%s\",\"before\":", n++ ? "," : "", field->name);
                put_field(&one, out, before, field);
                strbuf_puts(out, ",\"after\":");
                put_field(&one, out, after, field);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}
