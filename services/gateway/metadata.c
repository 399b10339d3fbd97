/* GET /metadata: modules as they are in force; GET /cities: the municipalities for the picker. */
#include <sodium.h>
#include <string.h>

#include "base/places.h"
#include "entity.cauce.h"
#include "entity/verbs.h"
#include "gateway.h"

static void put_label(StrBuf *out, const char *key, const Label2 *label)
{
        strbuf_printf(out, "\"%s\":{\"es\":", key);
        json_put_string(out, str_of(label->es));
        strbuf_puts(out, ",\"en\":");
        json_put_string(out, str_of(label->en));
        strbuf_putc(out, '}');
}

static void put_string(StrBuf *out, const char *key, const char *text)
{
        if (!text)
                return;
        strbuf_printf(out, ",\"%s\":", key);
        json_put_string(out, str_of(text));
}

/* "KIND_LONG_TEXT" → "long_text". */
static void put_kind(StrBuf *out, Kind kind)
{
        strbuf_printf(out, ",\"kind\":\"%s\"", enum_name(&kind_enum, (int)kind));
}

static void put_options(StrBuf *out, const Picklist *picklist)
{
        strbuf_puts(out, ",\"options\":[");
        for (unsigned i = 0; i < picklist->n_items; i++) {
                const PicklistItem *item = &picklist->items[i];
                strbuf_puts(out, i ? ",{\"key\":" : "{\"key\":");
                json_put_string(out, str_of(item->key));
                strbuf_putc(out, ',');
                put_label(out, "label", &item->label);
                put_string(out, "color", item->color);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}

static void put_flags(StrBuf *out, uint32_t flags)
{
        static const struct {
                uint32_t flag;
                const char *name;
        } names[] = {{FIELD_REQUIRED, "required"}, {FIELD_LIST, "list"}, {FIELD_SEARCHABLE, "searchable"},
                {FIELD_UNIQUE, "unique"}, {FIELD_READ_ONLY, "read_only"}, {FIELD_CUSTOM, "custom"}};

        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                strbuf_printf(out, ",\"%s\":%s", names[i].name, flags & names[i].flag ? "true" : "false");
}

static void put_field(StrBuf *out, const Field *field)
{
        strbuf_printf(out, "{\"name\":\"%s%s\"", field->flags & FIELD_CUSTOM ? "custom." : "", field->name);
        put_kind(out, field->kind);
        strbuf_putc(out, ',');
        put_label(out, "label", &field->label);
        if (field->help.es) {
                strbuf_putc(out, ',');
                put_label(out, "help", &field->help);
        }
        put_string(out, "section", field->section);
        put_flags(out, field->flags);
        if (field->max)
                strbuf_printf(out, ",\"max\":%u", field->max);
        put_string(out, "ref", field->ref);
        if (field->picklist)
                put_options(out, field->picklist);
        strbuf_putc(out, '}');
}

static void put_custom(StrBuf *out, Arena *arena, const Cauce__CustomField *custom)
{
        PicklistItem *items = arena_array(arena, custom->n_options + 1, sizeof *items);
        const Picklist picklist = {.n_items = (unsigned)custom->n_options, .items = items};
        const Field field = {.name = custom->key,
                .kind = (Kind)custom->kind,
                .flags = FIELD_CUSTOM | (custom->list ? FIELD_LIST : 0) |
                         (custom->required ? FIELD_REQUIRED : 0),
                .label = {custom->es, custom->en},
                .section = custom->section ? custom->section : "custom",
                .picklist = custom->n_options ? &picklist : NULL};

        for (size_t i = 0; i < custom->n_options; i++)
                items[i] = (PicklistItem){custom->options[i]->key,
                        {custom->options[i]->es, custom->options[i]->en}, custom->options[i]->color};
        put_field(out, &field);
}

static void put_sections(StrBuf *out, const Module *module, bool custom)
{
        static const Section own = {"custom", {"Campos propios", "Custom fields"}};

        strbuf_puts(out, ",\"sections\":[");
        for (unsigned i = 0; i < module->n_sections + (custom ? 1 : 0); i++) {
                const Section *section = i < module->n_sections ? &module->sections[i] : &own;
                strbuf_printf(out, "%s{\"name\":\"%s\",", i ? "," : "", section->name);
                put_label(out, "label", &section->label);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}

static void put_columns(StrBuf *out, const char *columns)
{
        strbuf_puts(out, ",\"columns\":[\"");
        for (const char *c = columns; *c; c++) {
                if (*c == ',')
                        strbuf_puts(out, "\",\"");
                else
                        strbuf_putc(out, *c);
        }
        strbuf_puts(out, "\"]");
}

static void put_views(StrBuf *out, const Module *module)
{
        strbuf_puts(out, ",\"views\":[");
        for (unsigned i = 0; i < module->n_views; i++) {
                const View *view = &module->views[i];
                strbuf_printf(out, "%s{\"name\":\"%s\",", i ? "," : "", view->name);
                put_label(out, "label", &view->label);
                put_string(out, "filter", view->filter);
                put_string(out, "sort", view->sort);
                put_string(out, "group_by", view->group_by);
                if (view->columns)
                        put_columns(out, view->columns);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}

static void put_module(StrBuf *out, Arena *arena, const Module *module, const Cauce__MetaReply *meta)
{
        bool custom = false;

        for (size_t i = 0; meta && i < meta->n_fields; i++)
                custom = custom || streq(meta->fields[i]->module, module->key);
        strbuf_printf(out, "{\"key\":\"%s\",\"service\":\"%s\",\"name\":\"%s\",\"path\":\"%s\",", module->key,
                module->service, module->name, module->path);
        put_label(out, "label", &module->label);
        strbuf_putc(out, ',');
        put_label(out, "plural", &module->plural);
        strbuf_printf(out, ",\"feminine\":%s", module->feminine ? "true" : "false");
        put_string(out, "icon", module->icon);
        put_string(out, "sort", module->sort ? module->sort : "-created_at");
        put_sections(out, module, custom);
        put_views(out, module);
        strbuf_puts(out, ",\"fields\":[");
        const MessageMeta *message = module->message;
        for (unsigned i = 0; i < message->n_fields; i++) {
                const Field *field = &message->fields[message->order[i]];
                if (field->flags & FIELD_SECRET)
                        continue;
                strbuf_puts(out, i ? "," : "");
                put_field(out, field);
        }
        for (size_t i = 0; meta && i < meta->n_fields; i++)
                if (streq(meta->fields[i]->module, module->key)) {
                        strbuf_putc(out, ',');
                        put_custom(out, arena, meta->fields[i]);
                }
        strbuf_puts(out, "]}");
}

/* Each service is asked once; one that is down does not take the others' screens away. */
static const Cauce__MetaReply *meta_of(Exchange *x, const char *service)
{
        BusReply reply;
        const char *subject = req_printf(&x->rq, "rpc.%s.meta", service);

        if (bus_call(x->rq.entity->bus, x->rq.arena, &x->rq.context, subject, "", 0, &reply) != 0 ||
                reply.code != 0)
                return NULL;
        return cauce__meta_reply__unpack(
                (ProtobufCAllocator *)arena_protobuf(x->rq.arena), reply.len, reply.data);
}

typedef struct Shown {
        const Module *module;
        const Cauce__MetaReply *meta;
} Shown;

#define MODULES_MAX 200

/* In the order of the menu; those of one place as they stand in proto/. */
static unsigned modules_shown(Exchange *x, Shown *ret)
{
        const Cauce__MetaReply *meta = NULL;
        unsigned n = 0;

        for (unsigned i = 0; cauce_modules[i] && n < MODULES_MAX; i++) {
                const Module *module = cauce_modules[i];
                if (i == 0 || !streq(module->service, cauce_modules[i - 1]->service))
                        meta = meta_of(x, module->service);
                unsigned at = n++;
                for (; at > 0 && ret[at - 1].module->menu - 1 > module->menu - 1; at--) /* 0 comes last */
                        ret[at] = ret[at - 1];
                ret[at] = (Shown){module, meta};
        }
        return n;
}

static void put_metadata(Exchange *x, StrBuf *out)
{
        const Gateway *gateway = x->gateway;
        Shown *shown = arena_array(x->rq.arena, MODULES_MAX, sizeof *shown);
        unsigned n = modules_shown(x, shown);

        strbuf_puts(out, "{\"company\":{\"name\":");
        json_put_string(out, str_of(gateway->company));
        strbuf_printf(out, ",\"zone\":\"%s\",\"currency\":\"%s\",\"lang\":\"es\"},\"modules\":[",
                gateway->zone, gateway->currency);
        for (unsigned i = 0; i < n; i++) {
                strbuf_puts(out, i ? "," : "");
                put_module(out, x->rq.arena, shown[i].module, shown[i].meta);
        }
        strbuf_puts(out, "]}");
}

void metadata_get(Exchange *x)
{
        StrBuf out = {.arena = x->rq.arena};
        uint8_t hash[16];
        char hex[2 * sizeof hash + 1];

        session_required(x);
        put_metadata(x, &out);
        (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)out.p, out.len, NULL, 0);
        const char *etag = req_printf(&x->rq, "\"%s\"", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
        http_set(x->http, "ETag", etag);
        if (if_none_match(x, etag))
                reply_empty(x, 304);
        else
                reply_json(x, 200, &out);
}

#define CITIES_MAX 20

void cities_get(Exchange *x)
{
        StrBuf out = {.arena = x->rq.arena};
        const Place *places[CITIES_MAX];
        HttpParam *params;
        Str q = STR("");

        session_required(x);
        unsigned n = query_params(x, &params);
        for (unsigned i = 0; i < n; i++) {
                if (!str_is(params[i].name, "q"))
                        req_fail(&x->rq, UNKNOWN_PARAMETER, "query",
                                arena_strndup(x->rq.arena, params[i].name.p, params[i].name.len));
                q = params[i].value;
        }
        n = place_search(x->rq.arena, q, CITIES_MAX, places);
        strbuf_puts(&out, "{\"items\":[");
        for (unsigned i = 0; i < n; i++) {
                strbuf_printf(&out, "%s{\"code\":\"%s\"", i ? "," : "", places[i]->code);
                put_string(&out, "name", places[i]->name);
                put_string(&out, "department", places[i]->department);
                strbuf_putc(&out, '}');
        }
        strbuf_puts(&out, "]}");
        reply_json(x, 200, &out);
}
