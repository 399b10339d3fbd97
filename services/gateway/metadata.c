/* GET /metadata: the modules that the principal may see, as they are in force. */
#include <sodium.h>
#include <string.h>

#include "entity.cauce.h"
#include "entity/verbs.h"
#include "metadata.h"

#define MODULES_MAX 200

/* Each service is asked once; one that is down does not take the others' screens away. */
const Cauce__MetaReply *meta_of(Exchange *x, const char *service)
{
        BusReply reply;
        const char *subject = req_printf(&x->rq, "rpc.%s.meta", service);

        if (bus_call(x->rq.entity->bus, x->rq.arena, &x->rq.context, subject, "", 0, &reply) != 0 ||
                reply.code != 0)
                return NULL;
        return cauce__meta_reply__unpack(
                (ProtobufCAllocator *)arena_protobuf(x->rq.arena), reply.len, reply.data);
}

static const Picklist *options_of(Arena *arena, const Cauce__CustomField *custom)
{
        PicklistItem *items = arena_array(arena, custom->n_options + 1, sizeof *items);
        Picklist *picklist = arena_alloc(arena, sizeof *picklist);

        for (size_t i = 0; i < custom->n_options; i++)
                items[i] = (PicklistItem){custom->options[i]->key,
                        {custom->options[i]->es, custom->options[i]->en}, custom->options[i]->color};
        *picklist = (Picklist){custom->key, (unsigned)custom->n_options, items};
        return picklist;
}

unsigned meta_fields(Exchange *x, const Cauce__MetaReply *meta, const Module *module, const Field **ret)
{
        Arena *arena = x->rq.arena;
        Field *fields = arena_array(arena, meta ? meta->n_fields + 1 : 1, sizeof *fields);
        unsigned n = 0;

        for (size_t i = 0; meta && i < meta->n_fields; i++) {
                const Cauce__CustomField *custom = meta->fields[i];
                if (!streq(custom->module, module->key))
                        continue;
                fields[n++] = (Field){.name = custom->key,
                        .kind = (Kind)custom->kind,
                        .flags = FIELD_CUSTOM | (custom->list ? FIELD_LIST : 0) |
                                 (custom->required ? FIELD_REQUIRED : 0),
                        .label = {custom->es, custom->en},
                        .section = custom->section ? custom->section : "custom",
                        .picklist = custom->n_options ? options_of(arena, custom) : NULL};
        }
        *ret = fields;
        return n;
}

/* In the order of the menu; those of one place as they stand in proto/. */
static unsigned modules_shown(Exchange *x, const RightsReply *rights, Shown *ret)
{
        const Cauce__MetaReply *meta = NULL;
        const char *asked = NULL;
        unsigned n = 0;

        for (unsigned i = 0; cauce_modules[i] && n < MODULES_MAX; i++) {
                const Module *module = cauce_modules[i];
                const ModuleRights *own = rights_module(rights, module);
                if (!own || !rights_have(own, "see"))
                        continue;
                if (!asked || !streq(module->service, asked))
                        meta = meta_of(x, module->service);
                asked = module->service;
                Shown shown = {.module = module, .rights = own};
                shown.n_custom = meta_fields(x, meta, module, &shown.custom);
                unsigned at = n++;
                for (; at > 0 && ret[at - 1].module->menu - 1 > module->menu - 1; at--) /* 0 comes last */
                        ret[at] = ret[at - 1];
                ret[at] = shown;
        }
        return n;
}

static void put_metadata(Exchange *x, StrBuf *out)
{
        const Gateway *gateway = x->gateway;
        Shown *shown = arena_array(x->rq.arena, MODULES_MAX, sizeof *shown);
        const RightsReply *rights = rights_of(x);
        unsigned n = modules_shown(x, rights, shown);

        strbuf_puts(out, "{\"company\":{\"name\":");
        json_put_string(out, str_of(gateway->company));
        strbuf_printf(out, ",\"zone\":\"%s\",\"currency\":\"%s\",\"lang\":\"es\"}", gateway->zone,
                gateway->currency);
        strbuf_printf(out, ",\"principal\":{\"administrator\":%s},\"modules\":[",
                rights->administrator ? "true" : "false");
        for (unsigned i = 0; i < n; i++) {
                strbuf_puts(out, i ? "," : "");
                metadata_module(out, x->rq.arena, &shown[i]);
        }
        strbuf_puts(out, "]}");
}

void metadata_get(Exchange *x, const Module *module)
{
        StrBuf out = {.arena = x->rq.arena};
        uint8_t hash[16];
        char hex[2 * sizeof hash + 1];

        (void)module;
        put_metadata(x, &out);
        (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)out.p, out.len, NULL, 0);
        const char *etag = req_printf(&x->rq, "\"%s\"", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
        http_set(x->http, "ETag", etag);
        if (if_none_match(x, etag))
                reply_empty(x, 304);
        else
                reply_json(x, 200, &out);
}
