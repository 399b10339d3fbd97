/* The API as a page to read: no script, no asset of elsewhere; its one style sheet is named by its hash in
 * the Content-Security-Policy. */
#include <sodium.h>
#include <string.h>

#include "openapi.h"

static const char style[] =
        ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;"
        "padding:1rem}h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid #8886}"
        "code,pre{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}pre{white-space:pre-wrap;padding:.6rem;"
        "border:1px solid #8886;border-radius:4px}details{border:1px solid #8886;border-radius:4px;margin:.4rem 0;"
        "padding:.3rem .6rem}summary{cursor:pointer;min-height:1.75rem}nav ul{columns:12rem;padding-left:1.2rem}"
        "nav a{display:inline-block;padding:.25rem 0}.table{overflow-x:auto}table{border-collapse:collapse;"
        "width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;"
        "border-bottom:1px solid #8884}a:focus-visible,summary:focus-visible{outline:3px solid #1a73e8}";

typedef struct HtmlPage {
        const Api *api;
        StrBuf *out;
} HtmlPage;

static void put(const HtmlPage *page, const char *html)
{
        strbuf_puts(page->out, html);
}

/* As text: what could be read as HTML is not. */
static void say(const HtmlPage *page, const char *text)
{
        for (const char *c = text ? text : ""; *c; c++)
                switch (*c) {
                case '<':
                        put(page, "&lt;");
                        break;
                case '>':
                        put(page, "&gt;");
                        break;
                case '&':
                        put(page, "&amp;");
                        break;
                case '"':
                        put(page, "&quot;");
                        break;
                default:
                        strbuf_putc(page->out, *c);
                }
}

static void element(const HtmlPage *page, const char *name, const char *text)
{
        strbuf_printf(page->out, "<%s>", name);
        say(page, text);
        strbuf_printf(page->out, "</%.*s>", (int)strcspn(name, " "), name);
}

/* ---- fields ---- */

static void put_field(const HtmlPage *page, const Field *field)
{
        const char *label = label_in(&field->label, page->api->lang);

        put(page, "<tr><th scope=row><code>");
        if (field->flags & FIELD_CUSTOM)
                put(page, "custom.");
        say(page, field->name);
        put(page, "</code></th>");
        element(page, "td", label);
        put(page, "<td>");
        say(page, schema_form_name(field));
        if (field->max && !field->repeated)
                strbuf_printf(page->out, " ≤ %u", field->max);
        if (field->flags & FIELD_REQUIRED)
                say(page, in_lang(page->api, ", obligatorio", ", required"));
        if (field->flags & FIELD_READ_ONLY)
                say(page, in_lang(page->api, ", de solo lectura", ", read-only"));
        if (field->flags & FIELD_UNIQUE)
                say(page, in_lang(page->api, ", único", ", unique"));
        if (field->ref) {
                put(page, " → ");
                say(page, field->ref);
        }
        for (unsigned i = 0; field->picklist && i < field->picklist->n_items; i++) {
                put(page, i ? ", " : ": ");
                element(page, "code", field->picklist->items[i].key);
        }
        put(page, "</td><td>");
        if (field_filters(field))
                element(page, "code", filter_operators(field));
        put(page, "</td></tr>");
}

static void put_fields(const HtmlPage *page, const ApiModule *module)
{
        const MessageMeta *meta = module->module->message;

        put(page, "<details><summary>");
        say(page, in_lang(page->api, "Campos y condiciones", "Fields and conditions"));
        put(page, "</summary><div class=table tabindex=0 role=region aria-label=\"");
        say(page, in_lang(page->api, "Campos de ", "Fields of "));
        say(page, label_in(&module->module->plural, page->api->lang));
        put(page, "\"><table><thead><tr>");
        element(page, "th scope=col", in_lang(page->api, "Nombre", "Name"));
        element(page, "th scope=col", in_lang(page->api, "Etiqueta", "Label"));
        element(page, "th scope=col", in_lang(page->api, "Forma", "Form"));
        element(page, "th scope=col", in_lang(page->api, "Condiciones", "Conditions"));
        put(page, "</tr></thead><tbody>");
        for (unsigned i = 0; i < meta->n_fields; i++)
                if (field_in_use(&meta->fields[meta->order[i]], SCHEMA_ANSWER))
                        put_field(page, &meta->fields[meta->order[i]]);
        for (unsigned i = 0; i < module->n_custom; i++)
                put_field(page, &module->custom[i]);
        put(page, "</tbody></table></div></details>");
}

/* ---- operations ---- */

/* A body to begin with: what must be there, or the first field that may. */
static void put_example(const HtmlPage *page, const Module *module, bool create)
{
        const MessageMeta *meta = module->message;
        unsigned n = 0;

        put(page, "{");
        for (unsigned pass = 0; pass < 2 && n == 0; pass++)
                for (unsigned i = 0; i < meta->n_fields && (pass == 0 || n == 0); i++) {
                        const Field *field = &meta->fields[i];
                        bool wanted = pass ? field->number > TAG_NUMBER && field->kind == KIND_TEXT
                                           : create && field->flags & FIELD_REQUIRED;
                        if (!wanted || field->flags & FIELD_READ_ONLY || field->repeated)
                                continue;
                        put(page, n++ ? ", \"" : "\"");
                        say(page, field->name);
                        put(page, "\": \"…\"");
                }
        put(page, "}");
}

static void put_curl(const HtmlPage *page, const Route *route, const ApiModule *module)
{
        const char *path = operation_path(page->api->arena, route, module ? module->module : NULL);
        bool csv = route->takes.media && streq(route->takes.media, "text/csv");

        put(page, "<pre>curl ");
        if (!streq(route->method, "GET"))
                strbuf_printf(page->out, "-X %s ", route->method);
        if (!(route->flags & ROUTE_OPEN))
                put(page, "-H \"Authorization: Bearer $TOKEN\" \\\n     ");
        if (route->flags & ROUTE_IF_MATCH)
                put(page, "-H 'If-Match: \"1\"' \\\n     ");
        if (csv)
                put(page, "-H 'Content-Type: text/csv' --data-binary @archivo.csv \\\n     ");
        else if (route->takes.schema || route->takes.message) {
                strbuf_printf(page->out, "-H 'Content-Type: %s' -d '",
                        route->takes.media ? route->takes.media : "application/json");
                if (module && route->takes.schema)
                        put_example(page, module->module, streq(route->name, "create"));
                else
                        put(page, "{…}");
                put(page, "' \\\n     ");
        }
        put(page, "\"$CAUCE/api/v1");
        for (const char *c = path; *c;) {
                bool id = strncmp(c, "{id}", 4) == 0;
                if (id)
                        put(page, "$ID");
                else
                        strbuf_putc(page->out, *c);
                c += id ? 4 : 1;
        }
        put(page, "\"</pre>");
}

static void put_params(const HtmlPage *page, const Route *route)
{
        if (!route->params && !(route->flags & (ROUTE_IDEMPOTENT | ROUTE_IF_MATCH)))
                return;
        put(page, "<ul>");
        for (const Param *param = route->params; param && param->name; param++) {
                put(page, "<li>");
                element(page, "code", param->name);
                put(page, ": ");
                say(page, label_in(&param->label, page->api->lang));
                put(page, "</li>");
        }
        if (route->flags & ROUTE_FILTERS) {
                put(page, "<li><code>");
                say(page, in_lang(page->api, "campo[operador]=valor", "field[operator]=value"));
                put(page, "</code></li>");
        }
        if (route->flags & ROUTE_IF_MATCH)
                put(page, "<li><code>If-Match</code></li>");
        if (route->flags & ROUTE_IDEMPOTENT)
                put(page, "<li><code>Idempotency-Key</code></li>");
        put(page, "</ul>");
}

static void put_body_line(const HtmlPage *page, const char *what, const Body *body, const Module *module)
{
        const char *name = body->message            ? schema_name(body->message)
                           : body->schema && module ? schema_of_module(page->api->arena, body->schema, module)
                           : body->schema           ? body->schema
                           : body->media            ? body->media
                                                    : NULL;
        if (!name)
                return;
        put(page, "<p>");
        say(page, what);
        put(page, ": ");
        element(page, "code", name);
        put(page, "</p>");
}

static void put_operation(const HtmlPage *page, const Route *route, const ApiModule *module)
{
        const Module *of = module ? module->module : NULL;
        int statuses[24];
        unsigned n = route_problems(route, statuses);

        strbuf_printf(page->out, "<details id=\"%s\"><summary><strong>%s</strong> ",
                operation_id(page->api->arena, route, of), route->method);
        element(page, "code", operation_path(page->api->arena, route, of));
        put(page, " ");
        say(page, label_in(&route->summary, page->api->lang));
        put(page, "</summary>");
        if (of && route->right) {
                put(page, "<p>");
                say(page, in_lang(page->api, "Permiso: ", "Right: "));
                strbuf_printf(page->out, "<code>%s:%s</code></p>", of->key, route->right);
        }
        put_params(page, route);
        put_body_line(page, in_lang(page->api, "Recibe", "Takes"), &route->takes, of);
        put_body_line(page, in_lang(page->api, "Da", "Gives"), &route->gives, of);
        strbuf_printf(page->out, "<p>%d", route->status);
        if (route->flags & ROUTE_ETAG && streq(route->method, "GET"))
                put(page, ", 304");
        for (unsigned i = 0; i < n; i++)
                strbuf_printf(page->out, ", %d", statuses[i]);
        put(page, "</p>");
        put_curl(page, route, module);
        put(page, "</details>");
}

/* ---- the page ---- */

static void put_general(const HtmlPage *page)
{
        put(page, "<section id=general><h2>");
        say(page, in_lang(page->api, "Sesión y cuenta", "Session and account"));
        put(page, "</h2>");
        for (const Route *route = routes; route->method; route++)
                if (!route_of_module(route))
                        put_operation(page, route, NULL);
        for (unsigned i = 0; cauce_methods[i]; i++) {
                Route route;
                if (!cauce_methods[i]->http_path)
                        continue;
                method_route(cauce_methods[i], &route);
                put_operation(page, &route, NULL);
        }
        put(page, "</section>");
}

static void put_module(const HtmlPage *page, const ApiModule *module)
{
        strbuf_printf(page->out, "<section id=\"%s\"><h2>", module->module->path);
        say(page, label_in(&module->module->plural, page->api->lang));
        put(page, "</h2>");
        put_fields(page, module);
        for (const Route *route = routes; route->method; route++)
                if (route_of_module(route) && route_exists(route, module->module))
                        put_operation(page, route, module);
        put(page, "</section>");
}

static void put_head(const HtmlPage *page, bool installation)
{
        strbuf_printf(page->out,
                "<!doctype html><html lang=%s><head><meta charset=utf-8><meta name=viewport "
                "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head><body>"
                "<header><h1>%s</h1><p>",
                lang_tag(page->api->lang), in_lang(page->api, "API de Cauce", "API of Cauce"), style,
                in_lang(page->api, "API de Cauce", "API of Cauce"));
        put(page,
                in_lang(page->api,
                        "Todo está bajo <code>/api/v1</code>, en JSON. Para programas: <a href=\"/api/v1/openapi.json\">"
                        "OpenAPI 3.1</a>; los eventos: <a href=\"/api/v1/asyncapi.json\">AsyncAPI 3.0</a>. Los ejemplos "
                        "toman <code>CAUCE</code> (la dirección), <code>TOKEN</code> (de POST /session o una llave de "
                        "API) e <code>ID</code>.",
                        "All is under <code>/api/v1</code>, in JSON. For programs: <a href=\"/api/v1/openapi.json\">"
                        "OpenAPI 3.1</a>; the events: <a href=\"/api/v1/asyncapi.json\">AsyncAPI 3.0</a>. Examples take "
                        "<code>CAUCE</code> (the address), <code>TOKEN</code> (of POST /session, or an API key) and "
                        "<code>ID</code>."));
        put(page, "</p><p>");
        say(page, installation ? in_lang(page->api,
                                         "Incluye los campos propios de esta empresa que usted puede ver.",
                                         "With the custom fields of this company that you may view.")
                               : in_lang(page->api,
                                         "Inicie sesión para ver también los campos propios de su empresa.",
                                         "Sign in to see the custom fields of your company too."));
        put(page, "</p></header><nav aria-label=\"");
        say(page, in_lang(page->api, "Módulos", "Modules"));
        put(page, "\"><ul><li><a href=\"#general\">");
        say(page, in_lang(page->api, "Sesión y cuenta", "Session and account"));
        put(page, "</a></li>");
        for (unsigned i = 0; i < page->api->n; i++) {
                strbuf_printf(page->out, "<li><a href=\"#%s\">", page->api->modules[i].module->path);
                say(page, label_in(&page->api->modules[i].module->plural, page->api->lang));
                put(page, "</a></li>");
        }
        put(page, "</ul></nav><main>");
}

void api_page_write(const Api *api, bool installation, StrBuf *out, const char **ret_policy)
{
        const HtmlPage page = {api, out};
        uint8_t hash[crypto_hash_sha256_BYTES];
        char text[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];

        (void)crypto_hash_sha256(hash, (const uint8_t *)style, sizeof style - 1);
        (void)sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
        *ret_policy = arena_printf(api->arena,
                "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; "
                "frame-ancestors 'none'",
                text);
        put_head(&page, installation);
        put_general(&page);
        for (unsigned i = 0; i < api->n; i++)
                put_module(&page, &api->modules[i]);
        put(&page, "</main></body></html>\n");
}
