/* GET /live: what changes, told as it happens to who may see it. Messages name records and carry no data. */
#include <sodium.h>
#include <string.h>

#include "live.h"

#define PER_SESSION 8
#define STREAMS_MAX 10000
#define RETRY_MS    2000

/* ---- the parts ---- */

static uint8_t service_index(Live *live, const char *name)
{
        unsigned i = 0;

        while (i < live->n_services && !streq(live->services[i].name, name))
                i++;
        if (i == live->n_services && i < LIVE_SERVICES)
                live->services[live->n_services++] = (LiveService){.live = live, .name = name};
        return (uint8_t)i;
}

Live *live_new(Gateway *gateway)
{
        Arena *arena = arena_new();
        Live *live = arena_alloc(arena, sizeof *live);

        live->gateway = gateway;
        live->arena = arena;
        live->streams.prev = live->streams.next = &live->streams;
        for (unsigned i = 0; cauce_modules[i] && i < LIVE_MODULES; i++) {
                live->service_of[i] = service_index(live, cauce_modules[i]->service);
                live->n_modules++;
        }
        live->user = live_module(live, STR("identity.user"));
        live->session = live_module(live, STR("identity.user_session"));
        live->api_key = live_module(live, STR("identity.api_key"));
        return live;
}

/* With the first stream: a gateway that nobody listens to hears nothing. */
static void start(Exchange *x, Live *live)
{
        if (live->started)
                return;
        live->started = true;
        if (!live_hub_start(live) || !live_source_start(live))
                req_fault(&x->rq, -1, "the live stream does not start");
}

void live_stop(Live *live)
{
        live->stopping = true;
        while (live->streams.next != &live->streams) {
                char text[64];
                (void)snprintf(text, sizeof text, "retry: %u\n\n", 100 + randombytes_uniform(RETRY_MS));
                live_stream_end(live, live->streams.next, text);
        }
        live_wake(live);
        while (live->n_idle > 0)
                task_wake(live->idle[--live->n_idle]);
        for (unsigned i = 0; i < live->n_services; i++)
                if (live->services[i].task)
                        task_wake(live->services[i].task);
}

void live_metrics(const Live *live, StrBuf *out)
{
        metric_gauge(out, "cauce_live_streams", "Live streams that are open.", live->n_streams);
        metric_gauge(out, "cauce_live_lagging", "Live streams whose clients do not read.", live->n_lagging);
        metric_counter(out, "cauce_live_events_total", "Events heard for the live stream.", live->events);
        metric_counter(out, "cauce_live_messages_total", "Records told on live streams.", live->messages);
        metric_counter(out, "cauce_live_many_total", "Times that a number was told instead.", live->many);
        metric_counter(out, "cauce_live_resets_total", "Streams told to begin anew.", live->resets);
        metric_counter(out, "cauce_live_asked_total", "Questions which records are seen.", live->asked);
}

/* ---- one request ---- */

typedef struct Asked {
        LiveMask wanted;
        Str after;
        bool resumes;
} Asked;

static void take_modules(Exchange *x, const Live *live, Str list, LiveMask *ret)
{
        *ret = (LiveMask){};
        for (Str one; str_take(&list, ',', &one);) {
                int module = live_module(live, one);

                if (module < 0)
                        req_fail(&x->rq, BAD_REQUEST, "modules", "modules");
                mask_add(ret, (unsigned)module);
        }
}

static Asked read_request(Exchange *x, const Live *live)
{
        Asked asked = {.after = http_header(x->http, "Last-Event-ID")};
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < live->n_modules; i++)
                mask_add(&asked.wanted, i);
        for (unsigned i = 0; i < n; i++) {
                if (str_is(params[i].name, "modules"))
                        take_modules(x, live, params[i].value, &asked.wanted);
                else if (!str_is(params[i].name, "after"))
                        parameter_refuse(x, params[i].name);
                else if (asked.after.len == 0)
                        asked.after = params[i].value;
        }
        if (asked.after.len > LIVE_AFTER_MAX)
                req_fail(&x->rq, BAD_REQUEST, "after", "after");
        asked.resumes = asked.after.len > 0;
        return asked;
}

/* A browser needs one for all of its windows. */
static void check_limits(Exchange *x, const Live *live)
{
        unsigned n = 0;

        for (const LiveStream *stream = live->streams.next; stream != &live->streams; stream = stream->next)
                n += uuid_compare(&stream->session, &x->rq.context.session) == 0;
        if (n >= PER_SESSION)
                req_fail(&x->rq, RATE_LIMIT, NULL, "15");
        if (live->n_streams >= STREAMS_MAX || live->stopping)
                req_fail(&x->rq, BUSY, NULL, NULL);
}

static LiveMask seen_modules(const Live *live, const RightsReply *rights, const LiveMask *wanted)
{
        LiveMask may = {};

        for (unsigned i = 0; i < live->n_modules; i++) {
                const ModuleRights *module = rights_module(rights, cauce_modules[i]);
                if (module && rights_have(module, "see"))
                        mask_add(&may, i);
        }
        return mask_and(&may, wanted);
}

/* Nothing here parks: what comes from now on is the stream's. */
static LiveStream *join(Exchange *x, Live *live, const Asked *asked, const RightsReply *rights)
{
        static const Uuid nobody;
        const CallContext *context = &x->rq.context;
        LivePrincipal *principal =
                live_principal(live, &context->user, context->key ? &context->session : &nobody);

        if (!principal->rights_known || principal->rights_epoch < context->epoch)
                live_principal_rights(&x->rq, live, principal, rights);
        LiveStream *stream = live_stream_new(live, principal);
        (void)crypto_hash_sha256(stream->token, (const uint8_t *)x->token, strlen(x->token));
        stream->session = context->session;
        stream->expires_at = x->session->expires_at;
        stream->wanted = asked->wanted;
        if (principal->session_epoch == 0 || x->session->epoch < principal->session_epoch)
                principal->session_epoch = x->session->epoch;
        live_principal_interest(principal);
        return stream;
}

/* The first message: where the stream stands and what it shows. */
static void greet(const Live *live, const LiveStream *stream, const int64_t *at, bool reset, StrBuf *out)
{
        LiveMask shown = live_stream_shown(stream);

        strbuf_printf(out, "retry: %d\nid: ", RETRY_MS);
        live_positions(live, &shown, at, out);
        strbuf_putc(out, '\n');
        live_stream_modules(live, stream, out);
        if (reset)
                strbuf_puts(out, "data: {\"reset\":true}\n\n");
}

static void present(const Live *live, int64_t ret[static LIVE_SERVICES])
{
        for (unsigned i = 0; i < live->n_services; i++)
                ret[i] = live->services[i].at;
}

static void open_stream(Exchange *x, Live *live, const Asked *asked, const RightsReply *rights,
        LiveResume *missed, int64_t at[static LIVE_SERVICES], bool reset)
{
        StrBuf out = {.arena = x->rq.arena};

        http_set(x->http, "Cache-Control", "no-store");
        http_set(x->http, "X-Accel-Buffering", "no");
        x->status = 200;
        if (http_begin(x->http, 200, "text/event-stream") != 0) {
                (void)arena_free(missed->arena);
                return;
        }
        LiveStream *stream = join(x, live, asked, rights);
        stream->resume = *missed;
        stream->http = http_detach(x->http, live_stream_gone, stream);
        if (!stream->http) {
                live_stream_free(live, stream);
                return;
        }
        greet(live, stream, at, reset, &out);
        LivePrincipal *principal = stream->principal;
        if (live_stream_send(live, stream, &out) && missed->arena)
                live_due(live, principal, 0);
}

void live_get(Exchange *x, const Module *module)
{
        Live *live = x->gateway->live;
        Asked asked = read_request(x, live);
        int64_t at[LIVE_SERVICES];
        LiveResume missed = {};
        bool reset = false;

        (void)module;
        check_limits(x, live);
        const RightsReply *rights = rights_of(x);
        LiveMask shown = seen_modules(live, rights, &asked.wanted);
        if (!mask_any(&shown))
                req_fail(&x->rq, FORBIDDEN, NULL, NULL);
        start(x, live);
        live_source_await(live, &shown);
        if (asked.resumes)
                reset = !live_resume(x, live, asked.after, &shown, &missed, at);
        if (!asked.resumes || reset)
                present(live, at);
        open_stream(x, live, &asked, rights, &missed, at, reset);
}
