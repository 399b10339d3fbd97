/* GET /events: the feeds of the services as one, a page at a time, waiting for news when asked to. The cursor
 * is theirs: one for each service, in the order in which they are asked next. */
#include "entity/verbs.h"
#include "event_json.h"
#include "heard.h"

#define SERVICES_MAX  32
#define LIMIT_DEFAULT 100
#define LIMIT_MAX     1000
#define WAIT_MAX      60 /* seconds */
#define CALL_US       INT64_C(10000000)
#define LOOK_US       INT64_C(2000000) /* at the latest, also when nothing was heard */
#define AGAIN_US      INT64_C(100000)  /* what was heard may be settled a little later */
#define AGAIN_TIMES   10
#define PACE_US       INT64_C(10000) /* after news that were none for who asks: at first */
#define PACE_MAX_US   INT64_C(500000)
#define WAITING_MAX   400 /* requests, of all */
#define WAITING_OWN   5   /* of one person */

typedef struct Source {
        const char *service, *cursor; /* NULL = none yet */
        unsigned n_modules;
        char **modules; /* as asked for; none = all */
} Source;

typedef struct Feed {
        Exchange *x;
        unsigned n;
        Source sources[SERVICES_MAX];
        unsigned first; /* who is asked first */
        unsigned limit;
        int64_t wait_us;
        bool latest, has_since;
        int64_t since;
        StrBuf out;
        unsigned n_items;
        bool more;
} Feed;

/* ---- what is asked for ---- */

static Source *source_of(Feed *feed, Str service)
{
        for (unsigned i = 0; i < feed->n; i++)
                if (str_is(service, feed->sources[i].service))
                        return &feed->sources[i];
        return NULL;
}

static bool wanted(Str list, const char *key)
{
        for (Str name; str_take(&list, ',', &name);)
                if (str_is(name, key))
                        return true;
        return false;
}

static void check_modules(Req *rq, Str list)
{
        for (Str one; str_take(&list, ',', &one);) {
                const char *name = utf8_cut(rq->arena, one, 100);
                if (!module_by_key(name))
                        req_fail(rq, UNKNOWN_MODULE, "modules", name);
        }
}

/* Every service that has one of the modules; in the order of the tables, so that a cursor is bound to what
 * was asked for and not to how it was written. */
static void find_sources(Feed *feed, Str list)
{
        Arena *arena = feed->x->rq.arena;

        check_modules(&feed->x->rq, list);
        for (unsigned i = 0; cauce_modules[i]; i++) {
                const Module *module = cauce_modules[i];
                if (list.len > 0 && !wanted(list, module->key))
                        continue;
                Source *source = source_of(feed, str_of(module->service));
                if (!source && feed->n < SERVICES_MAX) {
                        source = &feed->sources[feed->n++];
                        *source = (Source){.service = module->service,
                                .modules = arena_array(arena, 100, sizeof *source->modules)};
                }
                if (source && list.len > 0 && source->n_modules < 100)
                        source->modules[source->n_modules++] = (char *)module->key;
        }
}

static unsigned number_param(Exchange *x, const HttpParam *param, unsigned least, unsigned most)
{
        const char *name = arena_strndup(x->rq.arena, param->name.p, param->name.len);
        uint32_t value;

        if (parse_u32(param->value, &value) != 0)
                req_fail(&x->rq, BAD_REQUEST, name, name);
        if (value < least || value > most)
                req_fail(&x->rq, OUT_OF_RANGE, name, req_printf(&x->rq, "%u-%u", least, most));
        return value;
}

/* "leads.<cursor>~identity.<cursor>": the first is asked first. */
static void read_cursor(Feed *feed, Str text)
{
        bool first = true;

        for (Str part, name; str_take(&text, '~', &part); first = false) {
                Source *source = str_take(&part, '.', &name) ? source_of(feed, name) : NULL;

                if (!source)
                        req_fail(&feed->x->rq, BAD_CURSOR, "after", NULL);
                if (first)
                        feed->first = (unsigned)(source - feed->sources);
                source->cursor = arena_strndup(feed->x->rq.arena, part.p, part.len);
        }
        if (first)
                req_fail(&feed->x->rq, BAD_CURSOR, "after", NULL);
}

static void read_params(Feed *feed)
{
        Exchange *x = feed->x;
        Str after = {}, modules = {};
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < n; i++) {
                const HttpParam *param = &params[i];
                if (str_is(param->name, "after"))
                        after = param->value;
                else if (str_is(param->name, "modules"))
                        modules = param->value;
                else if (str_is(param->name, "limit"))
                        feed->limit = number_param(x, param, 1, LIMIT_MAX);
                else if (str_is(param->name, "wait"))
                        feed->wait_us = number_param(x, param, 0, WAIT_MAX) * INT64_C(1000000);
                else if (!str_is(param->name, "since"))
                        parameter_refuse(x, param->name);
                else if (feed->has_since = true, instant_parse(param->value, &feed->since) != 0)
                        req_fail(&x->rq, BAD_REQUEST, "since", "since");
        }
        if (feed->has_since && after.p)
                req_fail(&x->rq, BAD_REQUEST, "since", "after, since");
        find_sources(feed, modules);
        feed->latest = str_is(after, "latest");
        if (after.p && !feed->latest)
                read_cursor(feed, after);
}

/* ---- a page ---- */

static void put_event(Feed *feed, const Cauce__Event *event)
{
        const Module *module = event->module ? module_by_key(event->module) : NULL;
        StrBuf *out = &feed->out;
        char at[28];

        if (!module)
                return;
        instant_format(event->at, at);
        strbuf_puts(out, feed->n_items++ ? ",{" : "{");
        event_put_id(out, "\"id\"", event->id);
        strbuf_printf(out, ",\"seq\":%lld,\"module\":\"%s\"", (long long)event->seq, module->key);
        event_put_id(out, ",\"record\"", event->record);
        strbuf_printf(out, ",\"version\":%lld,\"type\":\"%s\",\"at\":\"%s\"", (long long)event->version,
                enum_name(&event_type_enum, (int)event->type), at);
        event_put_id(out, ",\"actor\"", event->actor);
        event_put_id(out, ",\"job\"", event->job);
        strbuf_putc(out, ',');
        event_put_changes(feed->x, out, module, event);
        strbuf_putc(out, '}');
}

static void ask(Feed *feed, Source *source)
{
        Cauce__FeedRequest in = CAUCE__FEED_REQUEST__INIT;
        Req *rq = &feed->x->rq;

        in.cursor = (char *)source->cursor;
        in.n_modules = source->n_modules;
        in.modules = source->modules;
        in.has_limit = true;
        in.limit = feed->limit - feed->n_items;
        in.has_since = !source->cursor && feed->has_since;
        in.since = feed->since;
        in.has_latest = in.latest = !source->cursor && feed->latest;
        rq->context.deadline = clock_realtime() + CALL_US;
        const char *subject = req_printf(rq, "rpc.%s.feed", source->service);
        const Cauce__FeedReply *reply = req_unpack(
                rq, &cauce__feed_reply__descriptor, req_ask(rq, subject, req_pack(rq, &in.base), false));
        if (!reply->next)
                req_fault(rq, -1, "a feed without a cursor");
        for (size_t i = 0; i < reply->n_events; i++)
                put_event(feed, reply->events[i]);
        source->cursor = reply->next;
        feed->more |= reply->more;
}

/* One after the other, until the page is full: whoever did not get a turn has it first the next time. From a
 * time on every service is asked, if only for its place. */
static void read_page(Feed *feed)
{
        unsigned next = 0;

        feed->more = false;
        for (unsigned i = 0; i < feed->n; i++) {
                const unsigned at = (feed->first + i) % feed->n;
                bool full = feed->n_items >= feed->limit;
                if (!full || (feed->has_since && !feed->sources[at].cursor))
                        ask(feed, &feed->sources[at]);
                if (!full && feed->n_items >= feed->limit)
                        next = (at + 1) % feed->n;
                feed->more |= full;
        }
        feed->first = next;
}

static void reply_page(Feed *feed)
{
        strbuf_puts(&feed->out, "],\"next\":\"");
        for (unsigned i = 0, n = 0; i < feed->n; i++) {
                const Source *source = &feed->sources[(feed->first + i) % feed->n];
                if (source->cursor)
                        strbuf_printf(&feed->out, "%s%s.%s", n++ ? "~" : "", source->service, source->cursor);
        }
        strbuf_printf(&feed->out, "\",\"more\":%s}", feed->more ? "true" : "false");
        reply_json(feed->x, 200, &feed->out);
}

/* ---- waiting ---- */

/* So many requests of one person, and in all, may wait. */
static void check_waiting(Exchange *x)
{
        unsigned all, own = heard_waiting(x->gateway, &x->rq.context.user, &all);

        if (own >= WAITING_OWN)
                req_fail(&x->rq, RATE_LIMIT, "wait", "1");
        if (all >= WAITING_MAX)
                req_fail(&x->rq, BUSY, NULL, NULL);
}

/* The rights of now, not of when the request came. */
static void sign_in_again(Exchange *x)
{
        x->rq.now = clock_realtime();
        x->rq.context.deadline = x->rq.now + CALL_US;
        x->session = NULL;
        session_find(x);
        session_required(x);
}

/* Pages are read until one has something, or the time is over. News that are none for who asks are looked at
 * ever more seldom. */
static void wait_for_page(Feed *feed, uint64_t heard_before)
{
        Exchange *x = feed->x;
        Waiter waiter = {.user = x->rq.context.user, .heard = heard_before};
        const char *services[SERVICES_MAX];
        int64_t until = clock_monotonic() + feed->wait_us, pace = PACE_US;
        unsigned again = 0;

        for (; waiter.n_services < feed->n; waiter.n_services++)
                services[waiter.n_services] = feed->sources[waiter.n_services].service;
        waiter.services = services;
        check_waiting(x);
        while (feed->n_items == 0 && !feed->more && clock_monotonic() < until) {
                int64_t look = clock_monotonic() + (again > 0 ? AGAIN_US : LOOK_US);
                bool heard = heard_wait(x->gateway, &waiter, look < until ? look : until);
                if (x->gateway->entity.stopping || http_gone(x->http))
                        return;
                again = heard ? AGAIN_TIMES : again > 0 ? again - 1 : 0;
                if (heard) {
                        task_sleep(pace);
                        pace = pace < PACE_MAX_US ? pace * 2 : pace;
                }
                sign_in_again(x);
                waiter.heard = x->gateway->heard;
                read_page(feed);
        }
}

void events_get(Exchange *x, const Module *module)
{
        Feed *feed = arena_alloc(x->rq.arena, sizeof *feed);
        const uint64_t heard = x->gateway->heard;

        (void)module;
        *feed = (Feed){.x = x, .limit = LIMIT_DEFAULT, .out = {.arena = x->rq.arena}};
        read_params(feed);
        strbuf_puts(&feed->out, "{\"items\":[");
        read_page(feed);
        if (feed->n_items == 0 && !feed->more && feed->wait_us > 0 && !x->http->head)
                wait_for_page(feed, heard);
        reply_page(feed);
}
