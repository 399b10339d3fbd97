/* Going on where a stream ended: what came after its positions, from the log, or from the service for those
 * who were away when this replica heard nothing. Fetched once for all who come back. */
#include "entity/verbs.h"
#include "live.h"

#define OLDER_US INT64_C(5000000)

/* ---- positions ---- */

static bool shows_service(const Live *live, const LiveMask *shown, unsigned service)
{
        for (unsigned i = 0; i < live->n_modules; i++)
                if (live->service_of[i] == service && mask_has(shown, i))
                        return true;
        return false;
}

void live_positions(
        const Live *live, const LiveMask *shown, const int64_t at[static LIVE_SERVICES], StrBuf *out)
{
        size_t before = out->len;

        for (unsigned i = 0; i < live->n_services; i++)
                if (shows_service(live, shown, i))
                        strbuf_printf(out, "%s%s:%lld", out->len > before ? "," : "", live->services[i].name,
                                (long long)at[i]);
}

static int service_index(const Live *live, Str name)
{
        for (unsigned i = 0; i < live->n_services; i++)
                if (str_is(name, live->services[i].name))
                        return (int)i;
        return -1;
}

/* -1 = not said. What is not a position is left out. */
static void parse_positions(const Live *live, Str text, int64_t ret[static LIVE_SERVICES])
{
        for (unsigned i = 0; i < LIVE_SERVICES; i++)
                ret[i] = -1;
        for (Str one, name; str_take(&text, ',', &one);) {
                int service = str_take(&one, ':', &name) ? service_index(live, name) : -1;
                int64_t seq;

                if (service >= 0 && parse_i64(one, &seq) == 0 && seq >= 0)
                        ret[service] = seq;
        }
}

/* ---- older events ---- */

static bool covered(const LiveService *service, int64_t after)
{
        if (after >= service->from)
                return after <= service->at || after <= service->horizon;
        return service->older && service->older_from <= after && service->older_to >= service->from;
}

static void keep_older(LiveService *service, const Cauce__EventsReply *reply, int64_t after, Arena *arena)
{
        if (service->older_arena)
                (void)arena_free(service->older_arena);
        service->older_arena = arena;
        service->older = arena_array(arena, reply->n_events + 1, sizeof *service->older);
        service->n_older = 0;
        for (size_t i = 0; i < reply->n_events; i++)
                if (live_event(service->live, reply->events[i], &service->older[service->n_older]))
                        service->n_older++;
        service->older_from = after;
        service->older_to = reply->horizon;
}

/* Asks for what came after it; it is kept for others who come back to about the same place. False: the
 * service does not answer, or there is too much. */
static bool fetch_older(Exchange *x, LiveService *service, int64_t after)
{
        Cauce__EventsRequest in = CAUCE__EVENTS_REQUEST__INIT;
        const CallContext context = {.deadline = clock_realtime() + OLDER_US};
        const char *subject = req_printf(&x->rq, "rpc.%s.events", service->name);
        BusReply answer;

        in.has_after = in.has_limit = true;
        in.after = after;
        in.limit = LIVE_MISSED_MAX;
        Str data = req_pack(&x->rq, &in.base);
        if (bus_call(x->gateway->entity.bus, x->rq.arena, &context, subject, data.p, data.len, &answer) !=
                        0 ||
                answer.code != 0)
                return false;
        const Cauce__EventsReply *reply =
                cauce__events_reply__unpack(arena_protobuf(x->rq.arena), answer.len, answer.data);
        if (!reply)
                return false;
        if (reply->horizon > service->horizon)
                service->horizon = reply->horizon;
        if (reply->horizon < service->from || after >= service->from)
                return false;
        keep_older(service, reply, after, arena_new());
        arena_reset(service->live->decoding);
        return true;
}

static bool cover(Exchange *x, LiveService *service, int64_t after)
{
        while (service->fetching)
                task_sleep(2000);
        if (covered(service, after))
                return true;
        service->fetching = true;
        (void)fetch_older(x, service, after);
        service->fetching = false;
        return covered(service, after);
}

/* ---- what was missed ---- */

/* Without `events` it counts. */
static void take(LiveResume *ret, const LiveEvent *event)
{
        if (ret->events)
                ret->events[ret->n] = *event;
        ret->n++;
}

static void collect(
        const Live *live, const LiveMask *shown, const int64_t after[static LIVE_SERVICES], LiveResume *ret)
{
        uint64_t first = live->head > LIVE_LOG ? live->head - LIVE_LOG : 0;

        ret->n = 0;
        for (unsigned s = 0; s < live->n_services; s++) {
                const LiveService *service = &live->services[s];
                for (unsigned i = 0; after[s] >= 0 && i < service->n_older; i++)
                        if (service->older[i].seq > after[s] && service->older[i].seq <= service->from &&
                                mask_has(shown, service->older[i].module))
                                take(ret, &service->older[i]);
        }
        for (uint64_t i = first; i < live->head; i++) {
                const LiveEvent *event = &live->log[i % LIVE_LOG];
                if (mask_has(shown, event->module) && event->seq > after[live->service_of[event->module]])
                        take(ret, event);
        }
}

bool live_resume(Exchange *x, Live *live, Str after, const LiveMask *shown, LiveResume *ret,
        int64_t ret_at[static LIVE_SERVICES])
{
        *ret = (LiveResume){};
        parse_positions(live, after, ret_at);
        for (unsigned i = 0; i < live->n_services; i++)
                if (shows_service(live, shown, i) &&
                        (ret_at[i] < 0 || !cover(x, &live->services[i], ret_at[i])))
                        return false;
        /* A longer wait for one may have taken another's events out of the log. */
        for (unsigned i = 0; i < live->n_services; i++)
                if (shows_service(live, shown, i) && !covered(&live->services[i], ret_at[i]))
                        return false;
        collect(live, shown, ret_at, ret);
        if (ret->n == 0 || ret->n > LIVE_MISSED_MAX)
                return ret->n == 0;
        ret->arena = arena_new();
        ret->events = arena_array(ret->arena, ret->n, sizeof *ret->events);
        collect(live, shown, ret_at, ret);
        return true;
}
