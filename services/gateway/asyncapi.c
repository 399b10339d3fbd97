/* AsyncAPI 3.0 of the events: a channel for each module and what may happen to its records, one for batches.
 */
#include "entity.cauce.h"
#include "openapi.h"

#define TYPES_FIRST 1 /* 0 is "unspecified" */

/* "lead_created"; "lead_batch" */
static const char *channel_name(const Api *api, const Module *module, const char *type)
{
        return arena_printf(api->arena, "%s_%s", module->name, type);
}

static bool type_happens(const Module *module, int type)
{
        if (module->flags & MODULE_KEPT)
                return type != CAUCE__EVENT_TYPE__EVENT_TYPE_DELETED &&
                       type != CAUCE__EVENT_TYPE__EVENT_TYPE_RESTORED;
        return true;
}

static void put_channel(const Api *api, JsonOut *out, const Module *module, const char *type, bool batch)
{
        const char *name = channel_name(api, module, type);

        out_open(out, name, '{');
        out_text(out, "address",
                arena_printf(api->arena, "ev.%s.{partition}.%s.%s", module->service, module->name, type));
        out_text(
                out, "title", arena_printf(api->arena, "%s: %s", label_in(&module->plural, api->lang), type));
        out_open(out, "parameters", '{');
        out_ref(out, "partition", "parameters", "partition");
        out_close(out, '}');
        out_open(out, "messages", '{');
        out_ref(out, batch ? "batch" : "event", "messages",
                arena_printf(api->arena, "%s%s", schema_name(module->message), batch ? "Events" : "Event"));
        out_close(out, '}');
        out_close(out, '}');
}

static void put_operation(const Api *api, JsonOut *out, const Module *module, const char *type, bool batch)
{
        const char *name = channel_name(api, module, type);

        out_open(out, arena_printf(api->arena, "receive_%s", name), '{');
        out_text(out, "action", "receive");
        out_open(out, "channel", '{');
        out_text(out, "$ref", arena_printf(api->arena, "#/channels/%s", name));
        out_close(out, '}');
        out_open(out, "messages", '[');
        out_open(out, NULL, '{');
        out_text(out, "$ref",
                arena_printf(api->arena, "#/channels/%s/messages/%s", name, batch ? "batch" : "event"));
        out_close(out, '}');
        out_close(out, ']');
        out_close(out, '}');
}

/* Each channel of each module. */
static void every_channel(const Api *api, JsonOut *out,
        void (*put)(const Api *api, JsonOut *out, const Module *module, const char *type, bool batch))
{
        for (unsigned i = 0; i < api->n; i++) {
                const Module *module = api->modules[i].module;
                for (unsigned type = TYPES_FIRST; type < event_type_enum.n; type++)
                        if (type_happens(module, (int)type))
                                put(api, out, module, event_type_enum.names[type], false);
                put(api, out, module, "batch", true);
        }
}

/* ---- messages ---- */

static void put_message(const Api *api, JsonOut *out, const Module *module, bool batch)
{
        const char *record = schema_name(module->message);
        const char *name = arena_printf(api->arena, "%s%s", record, batch ? "Events" : "Event");

        out_open(out, name, '{');
        out_text(out, "name", batch ? "cauce.EventBatch" : "cauce.Event");
        out_text(out, "title",
                arena_printf(api->arena, "%s: %s", label_in(&module->plural, api->lang),
                        batch ? in_lang(api, "hasta 500 eventos de una partición, en su orden",
                                        "up to 500 events of one partition, in their order")
                              : in_lang(api, "lo que le pasó a un registro", "what happened to one record")));
        out_text(out, "contentType", "application/protobuf");
        out_ref(out, "headers", "schemas", "Headers");
        out_ref(out, "payload", "schemas", name);
        out_close(out, '}');
}

/* before and after are the module's message with the changed fields. */
static void put_event_schema(const Api *api, JsonOut *out, const Module *module)
{
        const char *record = schema_name(module->message);

        out_open(out, arena_printf(api->arena, "%sEvent", record), '{');
        out_text(out, "type", "object");
        out_text(out, "description",
                arena_printf(api->arena,
                        in_lang(api,
                                "La forma JSON de `cauce.Event` (entity.proto); antes y después son `%s`.",
                                "The JSON form of `cauce.Event` (entity.proto); before and after are `%s`."),
                        module->message->name));
        out_open(out, "properties", '{');
        for (unsigned i = 0; i < event_meta.n_fields; i++) {
                const Field *field = &event_meta.fields[i];
                if (streq(field->name, "before") || streq(field->name, "after"))
                        out_ref(out, field->name, "schemas", record);
                else
                        schema_field(api, out, field, SCHEMA_ANSWER);
        }
        out_close(out, '}');
        out_raw(out, "required", "[\"id\",\"seq\",\"module\",\"record\",\"type\",\"at\"]");
        out_close(out, '}');
        out_open(out, arena_printf(api->arena, "%sEvents", record), '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_open(out, "events", '{');
        out_text(out, "type", "array");
        out_number(out, "maxItems", 500);
        out_ref(out, "items", "schemas", arena_printf(api->arena, "%sEvent", record));
        out_close(out, '}');
        out_close(out, '}');
        out_close(out, '}');
}

static void put_headers(const Api *api, JsonOut *out)
{
        out_open(out, "Headers", '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_open(out, "Nats-Msg-Id", '{');
        out_text(out, "type", "string");
        out_text(out, "description",
                in_lang(api, "El mismo en cada repetición de lo mismo",
                        "The same in each repetition of the same"));
        out_close(out, '}');
        out_close(out, '}');
        out_close(out, '}');
}

static void put_components(const Api *api, JsonOut *out)
{
        out_open(out, "components", '{');
        out_open(out, "parameters", '{');
        out_open(out, "partition", '{');
        out_text(out, "description",
                in_lang(api, "Sale del id del registro: los eventos de uno van todos en la misma",
                        "Made of the record's id: those of one record are all in the same"));
        out_open(out, "enum", '[');
        for (unsigned i = 0; i < 16; i++)
                out_text(out, NULL, arena_printf(api->arena, "%u", i));
        out_close(out, ']');
        out_close(out, '}');
        out_close(out, '}');
        out_open(out, "messages", '{');
        for (unsigned i = 0; i < api->n; i++) {
                put_message(api, out, api->modules[i].module, false);
                put_message(api, out, api->modules[i].module, true);
        }
        out_close(out, '}');
        out_open(out, "schemas", '{');
        put_headers(api, out);
        for (unsigned i = 0; i < api->n; i++) {
                schema_record(api, out, &api->modules[i], SCHEMA_EVENT);
                put_event_schema(api, out, api->modules[i].module);
        }
        out_close(out, '}');
        out_close(out, '}');
}

void asyncapi_write(const Api *api, StrBuf *buf)
{
        JsonOut out = {.buf = buf};

        out_open(&out, NULL, '{');
        out_text(&out, "asyncapi", "3.0.0");
        out_open(&out, "info", '{');
        out_text(&out, "title", "Cauce");
        out_text(&out, "version", "1");
        out_text(&out, "description",
                in_lang(api,
                        "Cada cambio de un registro, una vez, en el orden en que se guardó, por NATS JetStream; la "
                        "entrega puede repetirse. Un stream por servicio, con el nombre del servicio en mayúsculas. "
                        "Los mensajes son protobuf: aquí está su forma JSON. Quién puede escuchar y cómo: "
                        "proto/EVENTS.md.",
                        "Every change of a record, once, in the order in which it was committed, on NATS JetStream; "
                        "a delivery may repeat. A stream per service, called as the service in upper case. Messages "
                        "are protobuf: their JSON form is here. Who may listen, and how: proto/EVENTS.md."));
        out_raw(&out, "license", "{\"name\":\"Apache-2.0\"}");
        out_close(&out, '}');
        out_text(&out, "defaultContentType", "application/protobuf");
        out_open(&out, "channels", '{');
        every_channel(api, &out, put_channel);
        out_close(&out, '}');
        out_open(&out, "operations", '{');
        every_channel(api, &out, put_operation);
        out_close(&out, '}');
        put_components(api, &out);
        out_close(&out, '}');
}
