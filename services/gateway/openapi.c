/* OpenAPI 3.1 of the API as it runs: every module by every route, the rpcs that have an address. */
#include <string.h>

#include "openapi.h"

#define MESSAGES_MAX 100

/* Messages that operations name, and those inside them. */
typedef struct Messages {
        unsigned n;
        struct {
                const MessageMeta *meta;
                SchemaUse use;
        } items[MESSAGES_MAX];
} Messages;

void api_built_in(Arena *arena, Lang lang, Api *ret)
{
        unsigned n = 0;

        while (cauce_modules[n])
                n++;
        ApiModule *modules = arena_array(arena, n, sizeof *modules);
        for (unsigned i = 0; i < n; i++)
                modules[i].module = cauce_modules[i];
        *ret = (Api){arena, lang, n, modules};
}

/* ---- operations ---- */

void method_route(const Method *method, Route *ret)
{
        *ret = (Route){.method = method->http_method,
                .path = method->http_path + sizeof "/api/v1" - 1,
                .name = method->name,
                .summary = method->label,
                .flags = method->anonymous ? ROUTE_OPEN : 0,
                .gives = {.message = method->reply},
                .errors = "bad_code forbidden not_found conflict bad_link",
                .status = 200};
        if (!streq(method->http_method, "GET"))
                ret->takes.message = method->request;
}

const char *operation_id(Arena *arena, const Route *route, const Module *module)
{
        return module ? arena_printf(arena, "%s_%s", module->name, route->name) : route->name;
}

const char *operation_path(Arena *arena, const Route *route, const Module *module)
{
        return module ? arena_printf(arena, "/%s%s", module->path, route->path + sizeof "/{module}" - 1)
                      : route->path;
}

static void put_body(const Api *api, JsonOut *out, const Route *route, const Module *module)
{
        if (!route->takes.message && !route->takes.schema && !route->takes.media)
                return;
        out_open(out, "requestBody", '{');
        out_bool(out, "required", !(route->flags & ROUTE_MAY_TAKE));
        body_content(api, out, &route->takes, module);
        out_close(out, '}');
}

static void put_security(JsonOut *out, const Route *route)
{
        out_raw(out, "security", route->flags & ROUTE_OPEN ? "[]" : "[{\"bearer\":[]},{\"cookie\":[]}]");
}

static void put_operation(const Api *api, JsonOut *out, const Route *route, const ApiModule *module)
{
        const Module *of = module ? module->module : NULL;
        const char *summary = label_in(&route->summary, api->lang);
        char verb[8] = {};

        for (size_t i = 0; route->method[i] && i < sizeof verb - 1; i++)
                verb[i] = (char)(route->method[i] | 0x20);
        out_open(out, verb, '{');
        out_text(out, "operationId", operation_id(api->arena, route, of));
        out_text(out, "summary",
                of ? arena_printf(api->arena, "%s: %s", label_in(&of->plural, api->lang), summary) : summary);
        out_open(out, "tags", '[');
        out_text(out, NULL, of ? of->key : "general");
        out_close(out, ']');
        if (!of || !route->right) {
                out_text(out, "description", summary);
        } else {
                const char *right = arena_printf(api->arena, "%s:%s", of->key, route->right);
                out_text(out, "description",
                        arena_printf(api->arena, in_lang(api, "Permiso: `%s`", "Right: `%s`"), right));
                out_text(out, "x-cauce-right", right);
        }
        parameter_list(api, out, route, module);
        put_body(api, out, route, of);
        answer_list(api, out, route, of);
        put_security(out, route);
        out_close(out, '}');
}

/* ---- paths: operations of one address stand together ---- */

static void put_routes_at(const Api *api, JsonOut *out, const char *path, const ApiModule *module)
{
        bool open = false;

        for (const Route *route = routes; route->method; route++) {
                if (!streq(route->path, path) || (module && !route_exists(route, module->module)))
                        continue;
                if (!open)
                        out_open(out, operation_path(api->arena, route, module ? module->module : NULL), '{');
                open = true;
                put_operation(api, out, route, module);
        }
        if (open)
                out_close(out, '}');
}

static bool path_begins(const Route *route)
{
        for (const Route *before = routes; before < route; before++)
                if (streq(before->path, route->path))
                        return false;
        return true;
}

static void put_methods_at(const Api *api, JsonOut *out, const char *path)
{
        out_open(out, path + sizeof "/api/v1" - 1, '{');
        for (unsigned i = 0; cauce_methods[i]; i++)
                if (cauce_methods[i]->http_path && streq(cauce_methods[i]->http_path, path)) {
                        Route route;
                        method_route(cauce_methods[i], &route);
                        put_operation(api, out, &route, NULL);
                }
        out_close(out, '}');
}

static bool method_begins(unsigned i)
{
        for (unsigned j = 0; j < i; j++)
                if (cauce_methods[j]->http_path &&
                        streq(cauce_methods[j]->http_path, cauce_methods[i]->http_path))
                        return false;
        return true;
}

static void put_paths(const Api *api, JsonOut *out)
{
        out_open(out, "paths", '{');
        for (const Route *route = routes; route->method; route++)
                if (!route_of_module(route) && path_begins(route))
                        put_routes_at(api, out, route->path, NULL);
        for (unsigned i = 0; cauce_methods[i]; i++)
                if (cauce_methods[i]->http_path && method_begins(i))
                        put_methods_at(api, out, cauce_methods[i]->http_path);
        for (unsigned i = 0; i < api->n; i++)
                for (const Route *route = routes; route->method; route++)
                        if (route_of_module(route) && path_begins(route))
                                put_routes_at(api, out, route->path, &api->modules[i]);
        out_close(out, '}');
}

/* ---- components ---- */

static void collect(Messages *messages, const MessageMeta *meta, SchemaUse use)
{
        if (!meta || messages->n == MESSAGES_MAX)
                return;
        for (unsigned i = 0; i < messages->n; i++)
                if (messages->items[i].meta == meta)
                        return;
        messages->items[messages->n].meta = meta;
        messages->items[messages->n++].use = use;
        for (unsigned i = 0; i < meta->n_fields; i++)
                if (meta->fields[i].kind == KIND_MESSAGE && field_in_use(&meta->fields[i], use))
                        collect(messages, meta->fields[i].message, use);
}

static void collect_route(Messages *messages, const Route *route, SchemaUse takes)
{
        collect(messages, route->gives.message, SCHEMA_ANSWER);
        collect(messages, route->takes.message, takes);
}

static void put_schemas(const Api *api, JsonOut *out)
{
        Messages *messages = arena_alloc(api->arena, sizeof *messages);

        out_open(out, "schemas", '{');
        schema_shapes(api, out);
        condition_schemas(api, out);
        for (const Route *route = routes; route->method; route++)
                collect_route(messages, route, SCHEMA_CREATE);
        for (unsigned i = 0; cauce_methods[i]; i++)
                if (cauce_methods[i]->http_path) {
                        Route route;
                        method_route(cauce_methods[i], &route);
                        collect_route(
                                messages, &route, cauce_methods[i]->patch ? SCHEMA_PATCH : SCHEMA_CREATE);
                }
        for (unsigned i = 0; i < messages->n; i++)
                schema_message(api, out, schema_name(messages->items[i].meta), messages->items[i].meta,
                        messages->items[i].use);
        for (unsigned i = 0; i < api->n; i++)
                schema_module(api, out, &api->modules[i]);
        out_close(out, '}');
}

static void put_security_schemes(const Api *api, JsonOut *out)
{
        out_open(out, "securitySchemes", '{');
        out_open(out, "bearer", '{');
        out_text(out, "type", "http");
        out_text(out, "scheme", "bearer");
        out_text(out, "description",
                in_lang(api, "El `token` de POST /session, o una llave de API (`cauce_…`).",
                        "The `token` of POST /session, or an API key (`cauce_…`)."));
        out_close(out, '}');
        out_open(out, "cookie", '{');
        out_text(out, "type", "apiKey");
        out_text(out, "in", "cookie");
        out_text(out, "name", "__Host-cauce");
        out_text(out, "description",
                in_lang(api,
                        "La sesión de un navegador. Lo que escribe lleva además el encabezado `X-Cauce: 1` "
                        "y, si hay `Origin`, el de la misma dirección.",
                        "A browser's session. What writes has the header `X-Cauce: 1` too and, if there is an "
                        "`Origin`, that of the same address."));
        out_close(out, '}');
        out_close(out, '}');
}

static void put_components(const Api *api, JsonOut *out)
{
        out_open(out, "components", '{');
        put_security_schemes(api, out);
        put_schemas(api, out);
        out_open(out, "parameters", '{');
        parameter_components(api, out);
        out_close(out, '}');
        answer_components(api, out);
        out_close(out, '}');
}

/* ---- the document ---- */

static void put_info(const Api *api, JsonOut *out)
{
        out_open(out, "info", '{');
        out_text(out, "title", "Cauce");
        out_text(out, "version", "1");
        out_text(out, "summary",
                in_lang(api, "Todo lo que la suite sabe y hace", "All that the suite knows and does"));
        out_text(out, "description",
                in_lang(api,
                        "JSON en UTF-8. Lo que falta en un registro está vacío. Un GET es también HEAD. Un parámetro o "
                        "un campo que no existe se rechaza. Todo rechazo es `application/problem+json` con un `code` "
                        "estable y textos en el idioma de `Accept-Language`.",
                        "JSON in UTF-8. What a record lacks is empty. A GET is a HEAD too. A parameter or a field "
                        "that does not exist is refused. Every refusal is `application/problem+json` with a stable "
                        "`code` and texts in the language of `Accept-Language`."));
        out_raw(out, "license", "{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}");
        out_close(out, '}');
}

static void put_tags(const Api *api, JsonOut *out)
{
        out_open(out, "tags", '[');
        out_open(out, NULL, '{');
        out_text(out, "name", "general");
        out_text(out, "description",
                in_lang(api, "Sesión, cuenta propia, metadatos", "Session, one's own account, metadata"));
        out_close(out, '}');
        for (unsigned i = 0; i < api->n; i++) {
                out_open(out, NULL, '{');
                out_text(out, "name", api->modules[i].module->key);
                out_text(out, "description", label_in(&api->modules[i].module->plural, api->lang));
                out_close(out, '}');
        }
        out_close(out, ']');
}

void openapi_write(const Api *api, StrBuf *buf)
{
        JsonOut out = {.buf = buf};

        out_open(&out, NULL, '{');
        out_text(&out, "openapi", "3.1.0");
        put_info(api, &out);
        out_raw(&out, "servers", "[{\"url\":\"/api/v1\"}]");
        put_tags(api, &out);
        put_paths(api, &out);
        put_components(api, &out);
        out_close(&out, '}');
}
