/* GET /openapi.json, /asyncapi.json, /docs: what the API is, to people and to programs, with the custom
 * fields that whoever asks may view. */
#include <sodium.h>
#include <stdio.h>

#include "openapi.h"

/* What a profile withholds has no name here either. */
static unsigned viewed(
        const ModuleRights *rights, Arena *arena, unsigned n, const Field *all, const Field **ret)
{
        Field *fields = arena_array(arena, n + 1, sizeof *fields);
        unsigned kept = 0;

        if (name_in(rights->hidden, rights->n_hidden, "custom"))
                n = 0;
        for (unsigned i = 0; i < n; i++)
                if (!name_in(rights->hidden, rights->n_hidden, arena_printf(arena, "custom.%s", all[i].name)))
                        fields[kept++] = all[i];
        *ret = fields;
        return kept;
}

static void api_installation(Exchange *x, Api *ret)
{
        const RightsReply *rights = rights_of(x);
        const struct Cauce__MetaReply *meta = NULL;
        const char *asked = NULL;
        const Field *custom;

        api_built_in(x->rq.arena, x->rq.context.lang, ret);
        ApiModule *modules = arena_array(x->rq.arena, ret->n, sizeof *modules);
        for (unsigned i = 0; i < ret->n; i++) {
                const Module *module = ret->modules[i].module;
                const ModuleRights *own = rights_module(rights, module);
                modules[i].module = module;
                if (!own || !rights_have(own, "see"))
                        continue;
                if (!asked || !streq(module->service, asked))
                        meta = meta_of(x, module->service);
                asked = module->service;
                unsigned n = meta_fields(x, meta, module, &custom);
                modules[i].n_custom = viewed(own, x->rq.arena, n, custom, &modules[i].custom);
        }
        ret->modules = modules;
}

/* The tag is weak, so that the text may travel packed. */
static void reply_document(Exchange *x, const char *type, const StrBuf *out)
{
        uint8_t hash[16];
        char hex[2 * sizeof hash + 1];

        (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)out->p, out->len, NULL, 0);
        const char *etag = req_printf(&x->rq, "W/\"%s\"", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
        http_set(x->http, "ETag", etag);
        http_set(x->http, "Vary", "Accept-Language");
        http_set(x->http, "Content-Language", lang_tag(x->rq.context.lang));
        http_set(x->http, "Cache-Control", "private, no-cache");
        x->status = if_none_match(x, etag) ? 304 : 200;
        http_reply(
                x->http, x->status, x->status == 304 ? NULL : type, out->p, x->status == 304 ? 0 : out->len);
}

static void no_params(Exchange *x)
{
        HttpParam *params;

        if (query_params(x, &params) > 0)
                parameter_refuse(x, params[0].name);
}

void openapi_get(Exchange *x, const Module *module)
{
        StrBuf out = {.arena = x->rq.arena};
        Api api;

        (void)module;
        no_params(x);
        api_installation(x, &api);
        openapi_write(&api, &out);
        reply_document(x, "application/json", &out);
}

void asyncapi_get(Exchange *x, const Module *module)
{
        StrBuf out = {.arena = x->rq.arena};
        Api api;

        (void)module;
        no_params(x);
        api_installation(x, &api);
        asyncapi_write(&api, &out);
        reply_document(x, "application/json", &out);
}

/* Whoever is not signed in reads what every installation has. */
void docs_get(Exchange *x, const Module *module)
{
        StrBuf out = {.arena = x->rq.arena};
        const char *policy;
        Api api;

        (void)module;
        no_params(x);
        if (x->session)
                api_installation(x, &api);
        else
                api_built_in(x->rq.arena, x->rq.context.lang, &api);
        api_page_write(&api, x->session != NULL, &out, &policy);
        http_replace(x->http, "Content-Security-Policy", policy);
        reply_document(x, "text/html; charset=utf-8", &out);
}

int documents_print(const char *which)
{
        Arena *arena = arena_new();
        StrBuf out = {.arena = arena};
        Api api;

        api_built_in(arena, LANG_EN, &api);
        (streq(which, "asyncapi") ? asyncapi_write : openapi_write)(&api, &out);
        strbuf_putc(&out, '\n');
        bool whole = fwrite(out.p, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
        (void)arena_free(arena);
        return whole ? 0 : 1;
}
