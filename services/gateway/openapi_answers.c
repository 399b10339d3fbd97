/* Answers: what an operation gives when all goes well, and every problem that it can end with. */
#include <string.h>

#include "entity.cauce.h"
#include "openapi.h"

/* ---- which problems ---- */

typedef struct Refusal {
        int status;
        const char *name; /* of the component */
} Refusal;

static const Refusal problems[] = {{400, "BadRequest"}, {401, "SignIn"}, {403, "Forbidden"},
        {404, "NotFound"}, {408, "Slow"}, {409, "Conflict"}, {410, "Gone"}, {412, "Stale"}, {413, "TooLarge"},
        {414, "UriTooLong"}, {415, "MediaType"}, {422, "Invalid"}, {428, "Precondition"}, {429, "RateLimit"},
        {431, "HeadersTooLarge"}, {500, "Internal"}, {503, "Unavailable"}, {504, "Unknown"}};
#define PROBLEMS (sizeof problems / sizeof problems[0])

/* Codes that a route gives beside those of its kind. */
static bool names_status(const char *codes, int status)
{
        char code[40];

        while (codes && *codes) {
                size_t len = strcspn(codes, " ");
                if (len < sizeof code) {
                        memcpy(code, codes, len);
                        code[len] = 0;
                        if (msg_code(code) < MSG_MAX && msg_status(msg_code(code)) == status)
                                return true;
                }
                codes += len + (codes[len] == ' ');
        }
        return false;
}

static bool has_body(const Route *route)
{
        return route->takes.message || route->takes.schema || route->takes.media;
}

static bool happens(const Route *route, int status)
{
        bool writes = !streq(route->method, "GET");

        switch (status) {
        case 400:
        case 414:
        case 429:
        case 431:
        case 500:
        case 503:
        case 504:
                return true;
        case 401:
                return !(route->flags & ROUTE_OPEN) || names_status(route->errors, status);
        case 403:
                return route_of_module(route) || writes;
        case 404:
                return strstr(route->path, "{id}") != NULL || names_status(route->errors, status);
        case 408:
        case 413:
        case 415:
                return has_body(route);
        case 409:
                return writes && route_of_module(route);
        case 412:
        case 428:
                return route->flags & ROUTE_IF_MATCH;
        case 422:
                /* a query can be out of range, a record that is not sent break a rule */
                return writes || route->params;
        default:
                return names_status(route->errors, status);
        }
}

unsigned route_problems(const Route *route, int ret[static 24])
{
        unsigned n = 0;

        for (size_t i = 0; i < PROBLEMS; i++)
                if (happens(route, problems[i].status) || names_status(route->errors, problems[i].status))
                        ret[n++] = problems[i].status;
        return n;
}

static const char *problem_name(int status)
{
        for (size_t i = 0; i < PROBLEMS; i++)
                if (problems[i].status == status)
                        return problems[i].name;
        return "Internal";
}

/* ---- components ---- */

typedef struct Header {
        const char *key, *name, *schema;
        Label2 about;
} Header;

static const Header headers[] = {
        {"Trace", "X-Trace-Id", "{\"type\":\"string\"}",
                {"Id de la traza, para soporte", "Id of the trace, for support"}},
        {"RateLimit", "RateLimit", "{\"type\":\"string\"}",
                {"Lo que queda: \"user\";r=999;t=10 (draft-ietf-httpapi-ratelimit-headers)",
                        "What is left: \"user\";r=999;t=10 (draft-ietf-httpapi-ratelimit-headers)"}},
        {"RateLimitPolicy", "RateLimit-Policy", "{\"type\":\"string\"}",
                {"El límite: \"user\";q=1000;w=10", "The limit: \"user\";q=1000;w=10"}},
        {"ETag", "ETag", "{\"type\":\"string\"}",
                {"La versión: lo que pide If-Match", "The version: what If-Match asks for"}},
        {"Location", "Location", "{\"type\":\"string\"}", {"Dónde está", "Where it is"}},
        {"Replayed", "Idempotency-Replayed", "{\"type\":\"string\",\"enum\":[\"true\"]}",
                {"La clave de idempotencia ya lo había hecho", "The idempotency key had done it already"}},
        {"RetryAfter", "Retry-After", "{\"type\":\"integer\"}", {"Segundos", "Seconds"}},
        {"Cookie", "Set-Cookie", "{\"type\":\"string\"}",
                {"La sesión, para navegadores", "The session, for browsers"}},
        {"Disposition", "Content-Disposition", "{\"type\":\"string\"}",
                {"Nombre del archivo", "Name of the file"}},
};

static void header_ref(JsonOut *out, const char *key)
{
        for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
                if (streq(headers[i].key, key))
                        out_ref(out, headers[i].name, "headers", key);
}

static void header_refs(JsonOut *out, int status)
{
        out_open(out, "headers", '{');
        header_ref(out, "Trace");
        if (status != 408 && status != 414 && status != 431) {
                header_ref(out, "RateLimit");
                header_ref(out, "RateLimitPolicy");
        }
        if (status == 429 || status == 503)
                header_ref(out, "RetryAfter");
        out_close(out, '}');
}

static void problem_component(const Api *api, JsonOut *out, const Refusal *problem)
{
        StrBuf about = {.arena = api->arena};

        for (MsgCode code = 0; code < MSG_MAX; code++)
                if (msg_status(code) == problem->status)
                        strbuf_printf(&about, "%s`%s`: %s", about.len ? "\n\n" : "", msg_key(code),
                                msg_text(api->arena, api->lang, code, (const char *const[]){"…", "…", "…"},
                                        3));
        out_open(out, problem->name, '{');
        out_text(out, "description", about.p);
        header_refs(out, problem->status);
        out_raw(out, "content",
                "{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}");
        out_close(out, '}');
}

static void put_unchanged(const Api *api, JsonOut *out)
{
        static const Label2 about = {"Es como dice If-None-Match", "It is as If-None-Match says"};

        out_open(out, "Unchanged", '{');
        out_text(out, "description", label_in(&about, api->lang));
        out_open(out, "headers", '{');
        header_ref(out, "Trace");
        header_ref(out, "ETag");
        out_close(out, '}');
        out_close(out, '}');
}

void answer_components(const Api *api, JsonOut *out)
{
        out_open(out, "headers", '{');
        for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
                out_open(out, headers[i].key, '{');
                out_text(out, "description", label_in(&headers[i].about, api->lang));
                out_raw(out, "schema", headers[i].schema);
                out_close(out, '}');
        }
        out_close(out, '}');
        out_open(out, "responses", '{');
        for (size_t i = 0; i < PROBLEMS; i++)
                problem_component(api, out, &problems[i]);
        put_unchanged(api, out);
        out_close(out, '}');
}

/* ---- of a route ---- */

static void put_good_headers(JsonOut *out, const Route *route)
{
        out_open(out, "headers", '{');
        header_ref(out, "Trace");
        header_ref(out, "RateLimit");
        header_ref(out, "RateLimitPolicy");
        if (route->flags & ROUTE_ETAG)
                header_ref(out, "ETag");
        if (route->flags & ROUTE_LOCATION)
                header_ref(out, "Location");
        if ((route->flags & ROUTE_IDEMPOTENT && route->flags & ROUTE_ETAG) || route->later.message)
                header_ref(out, "Replayed");
        if (route->flags & ROUTE_COOKIE)
                header_ref(out, "Cookie");
        if (route->gives.media && streq(route->gives.media, "text/csv"))
                header_ref(out, "Disposition");
        out_close(out, '}');
}

void body_content(const Api *api, JsonOut *out, const Body *body, const Module *module)
{
        const char *media = body->media ? body->media : "application/json";

        out_open(out, "content", '{');
        out_open(out, media, '{');
        if (body->message)
                out_ref(out, "schema", "schemas", schema_name(body->message));
        else if (body->schema)
                out_ref(out, "schema", "schemas",
                        module ? schema_of_module(api->arena, body->schema, module) : body->schema);
        else
                out_raw(out, "schema", "{\"type\":\"string\"}");
        out_close(out, '}');
        out_close(out, '}');
}

void answer_list(const Api *api, JsonOut *out, const Route *route, const Module *module)
{
        const Body *gives = &route->gives;
        int statuses[24];
        unsigned n = route_problems(route, statuses);

        out_open(out, "responses", '{');
        out_open(out, arena_printf(api->arena, "%d", route->status), '{');
        out_text(out, "description", label_in(&route->summary, api->lang));
        put_good_headers(out, route);
        if (gives->message || gives->schema || gives->media)
                body_content(api, out, gives, module);
        out_close(out, '}');
        if (route->later.message) {
                out_open(out, "202", '{');
                out_text(out, "description", label_in(&route->summary, api->lang));
                put_good_headers(out, route);
                body_content(api, out, &route->later, NULL);
                out_close(out, '}');
        }
        if (route->flags & ROUTE_ETAG && streq(route->method, "GET"))
                out_ref(out, "304", "responses", "Unchanged");
        for (unsigned i = 0; i < n; i++)
                out_ref(out, arena_printf(api->arena, "%d", statuses[i]), "responses",
                        problem_name(statuses[i]));
        out_close(out, '}');
}
