/* Reading a request: body, preconditions, parameters. */
#include <string.h>
#include <strings.h>

#include "gateway.h"

#define PARAMS_MAX 200

static void note_json(Req *rq, const JsonProblem *problem)
{
        const char *const args[REQ_ARGS_MAX + 1] = {
                problem->args[0], problem->args[0] ? problem->args[1] : NULL};

        req_note_at(
                rq, problem->code, problem->pointer && problem->pointer[0] ? problem->pointer : NULL, args);
}

static bool media_is(Str value, const char *type)
{
        size_t n = strlen(type);

        return value.len >= n && strncasecmp(value.p, type, n) == 0 &&
               (value.len == n || value.p[n] == ';' || value.p[n] == ' ');
}

void body_json_required(Exchange *x)
{
        static const char patch[] = "application/merge-patch+json, application/json";
        Str type = http_header(x->http, "Content-Type");
        bool patches = str_is(x->http->method, "PATCH");

        if (media_is(type, "application/json") || media_is(type, "application/merge-patch+json"))
                return;
        if (patches)
                http_set(x->http, "Accept-Patch", patch);
        req_fail(&x->rq, MEDIA_TYPE, "Content-Type", patches ? patch : "application/json");
}

ProtobufCMessage *body_message(
        Exchange *x, const MessageMeta *meta, unsigned flags, uint32_t **ret_changed, unsigned *ret_n_changed)
{
        JsonProblems problems = {0};

        body_json_required(x);
        ProtobufCMessage *message = json_to_message(
                x->rq.arena, meta, x->http->body, flags, &problems, ret_changed, ret_n_changed);
        for (unsigned i = 0; i < problems.n; i++)
                note_json(&x->rq, &problems.items[i]);
        req_check(&x->rq);
        return message;
}

/* "\"3\"" → 3; also of a record of which something is withheld: "\"3.0f2a91\"". */
static bool etag_version(Str text, int64_t *ret)
{
        if (text.len < 3 || text.p[0] != '"' || text.p[text.len - 1] != '"')
                return false;
        Str inside = {text.p + 1, text.len - 2};
        const char *mask = memchr(inside.p, '.', inside.len);
        if (mask)
                inside.len = (size_t)(mask - inside.p);
        return parse_i64(inside, ret) == 0;
}

int64_t if_match(Exchange *x)
{
        Str header = http_header(x->http, "If-Match");
        int64_t version;

        if (header.len == 0)
                req_fail(&x->rq, PRECONDITION, "If-Match", NULL);
        if (!etag_version(header, &version))
                req_fail(&x->rq, BAD_REQUEST, "If-Match", "If-Match");
        return version;
}

bool if_none_match(Exchange *x, const char *etag)
{
        return str_is(http_header(x->http, "If-None-Match"), etag);
}

Uuid segment_id(Exchange *x, unsigned i)
{
        Uuid id;

        if (i >= x->n_segments || uuid_parse(x->segments[i], &id) != 0)
                req_fail(&x->rq, NOT_FOUND, NULL, NULL);
        return id;
}

void method_refuse(Exchange *x, const char *allow)
{
        http_set(x->http, "Allow", allow);
        req_fail(&x->rq, METHOD, NULL, arena_strndup(x->rq.arena, x->http->method.p, x->http->method.len));
}

unsigned query_params(Exchange *x, HttpParam **ret)
{
        unsigned n = 0;

        if (http_params(x->rq.arena, x->http->query, PARAMS_MAX, ret, &n) != 0)
                req_fail(&x->rq, BAD_REQUEST, "query", "query");
        return n;
}

void parameter_refuse(Exchange *x, Str name)
{
        const char *text = utf8_cut(x->rq.arena, name, 100);

        req_fail(&x->rq, UNKNOWN_PARAMETER, text, text);
}

void idempotency_key(Exchange *x)
{
        Str key = http_header(x->http, "Idempotency-Key");

        if (key.len > 200)
                req_fail(&x->rq, TOO_LONG, "Idempotency-Key", "200");
        for (size_t i = 0; i < key.len; i++)
                if (key.p[i] < ' ' || key.p[i] > '~')
                        req_fail(&x->rq, BAD_REQUEST, "Idempotency-Key", "Idempotency-Key");
        if (key.len > 0)
                x->rq.context.idempotency_key = arena_strndup(x->rq.arena, key.p, key.len);
}

void idempotency_key_required(Exchange *x)
{
        idempotency_key(x);
        if (!x->rq.context.idempotency_key)
                req_fail(&x->rq, KEY_REQUIRED, "Idempotency-Key", NULL);
}

void idempotency_key_refused(Exchange *x)
{
        if (http_header(x->http, "Idempotency-Key").len > 0)
                req_fail(&x->rq, KEY_REFUSED, "Idempotency-Key", NULL);
}
