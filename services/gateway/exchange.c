/* One request, from the socket to its handler and back: whose it is, how much of it is left to take, the
 * trace, the time it took; and what is not of the API. */
#include <string.h>

#include "base/log.h"
#include "gateway.h"
#include "routes.h"

#define API       "/api/v1/"
#define CALL_US   INT64_C(10000000)
#define UPLOAD_US INT64_C(600000000)
#define BODY_MAX  ((size_t)1024 * 1024) /* of http.h */
#define BULK_MAX  ((size_t)4 * 1024 * 1024)

/* draft-ietf-httpapi-ratelimit-headers-10 */
static void tell_limit(Exchange *x)
{
        const char *name = limit_names[x->limit.kind];

        http_set(x->http, "RateLimit-Policy",
                req_printf(&x->rq, "\"%s\";q=%u;w=%u", name, x->limit.rule.quota, x->limit.rule.window));
        http_set(x->http, "RateLimit",
                req_printf(&x->rq, "\"%s\";r=%u;t=%u", name, x->limit.left, x->limit.reset));
}

static void take(Exchange *x, LimitKind kind, const void *who, size_t len)
{
        if (limits_take(&x->gateway->limits, kind, who, len, clock_monotonic(), &x->limit))
                x->limited = true;
        if (!x->limited || !x->limit.over)
                return;
        tell_limit(x);
        req_fail(&x->rq, RATE_LIMIT, NULL, req_printf(&x->rq, "%u", x->limit.reset));
}

/* Before anything is asked of anybody; whoever is signed in has a count of his own too. */
static void take_address(Exchange *x)
{
        take(x, LIMIT_ADDRESS, x->http->address, strlen(x->http->address));
}

static void take_principal(Exchange *x)
{
        const Session *session = x->session;

        if (session && session->key)
                take(x, LIMIT_KEY, session->id.data, sizeof(Uuid));
        else if (session)
                take(x, LIMIT_USER, session->user.data, sizeof(Uuid));
        if (x->limited)
                tell_limit(x);
}

static void exchange_body(Req *rq, void *arg)
{
        Exchange *x = arg;
        Str path = x->http->path;

        (void)rq;
        take_address(x);
        session_find(x);
        take_principal(x);
        x->n_segments = path_split((Str){path.p + sizeof API - 1, path.len - (sizeof API - 1)}, x->segments);
        route_run(x);
}

static CallContext context_of(HttpRequest *request, bool upload)
{
        CallContext context = {.deadline = clock_realtime() + (upload ? UPLOAD_US : CALL_US)};
        Str parent = http_header(request, "traceparent");

        context_new_trace(&context);
        if (parent.len > 0)
                (void)context_parse_traceparent(&context, parent);
        context.lang = lang_negotiate(http_header(request, "Accept-Language"));
        return context;
}

static bool posts_to(const HttpRequest *request, const char *end)
{
        Str path = request->path;
        size_t len = strlen(end);

        return str_is(request->method, "POST") && path.len > len &&
               memcmp(path.p + path.len - len, end, len) == 0;
}

/* How long a body the address reads by itself; 0 = it does not. */
static size_t streamed(const Gateway *gateway, const HttpRequest *request)
{
        return posts_to(request, "/import") ? gateway->upload_max : posts_to(request, "/bulk") ? BULK_MAX : 0;
}

static void api_request(Gateway *gateway, HttpRequest *request)
{
        Exchange *x = arena_alloc(request->arena, sizeof *x);
        CallContext context = context_of(request, streamed(gateway, request) > 0);
        int64_t began = clock_monotonic();

        *x = (Exchange){.gateway = gateway, .http = request, .route = "other"};
        http_set(request, "X-Trace-Id", arena_strdup(request->arena, context.trace));
        if (!req_run(&x->rq, request->arena, &gateway->entity, &context, exchange_body, x)) {
                reply_problem(x);
                if (x->status >= 500)
                        log_error(context.trace, "request failed", KV("route", x->route),
                                KV("status", x->status), KV("fault", x->rq.fault),
                                KV("cause", x->rq.cause ? x->rq.cause : ""),
                                KV("where", x->rq.where ? x->rq.where : ""));
        }
        int64_t us = clock_monotonic() - began;
        timings_add(&gateway->timings, str_of(x->route), x->status, us);
        log_debug(context.trace, "request", KV("route", x->route), KV("status", x->status), KV("us", us));
}

void exchange_request(Http *http, HttpRequest *request)
{
        Gateway *gateway = request->arg;

        (void)http;
        proxies_client(&gateway->proxies, http_header(request, "X-Forwarded-For"), request->address);
        headers_set(gateway, request);
        if (str_is(request->path, "/api") || str_is(request->path, "/api/") || str_is(request->path, API)) {
                http_set(request, "Location", API "docs");
                http_reply(request, 302, NULL, "", 0);
        } else if (request->path.len < sizeof API - 1 || memcmp(request->path.p, API, sizeof API - 1) != 0) {
                static_files_answer(gateway->files, request);
        } else if (str_is(request->method, "OPTIONS")) {
                cors_options(gateway, request);
        } else {
                (void)cors_allowed(gateway, request);
                api_request(gateway, request);
        }
}

bool exchange_streams(const HttpRequest *request, size_t *ret_max, void *arg)
{
        size_t max = streamed(arg, request);

        if (max > 0)
                *ret_max = max;
        return max > 0;
}

void exchange_problem(
        HttpRequest *request, MsgCode code, StrBuf *ret_body, const char **ret_content_type, void *arg)
{
        size_t max = streamed(arg, request);
        const char *most = size_text(request->arena, max > 0 ? max : BODY_MAX);

        problem_body(request->arena, lang_negotiate(http_header(request, "Accept-Language")), code,
                code == MSG_TOO_LARGE ? most : request->reason, ret_body);
        *ret_content_type = "application/problem+json";
        headers_set(request->arg, request);
}
