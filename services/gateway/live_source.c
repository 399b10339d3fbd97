/* Where events come from: a plain subscription to ev.> (heard.c), which hears what is published while we are
 * connected, and each service's log (rpc.<service>.events) for what was published while we were not: after a
 * connection was lost, and once a minute to be sure. A position is only moved over what is known to have been
 * heard. */
#include <stdlib.h>
#include <string.h>

#include "live.h"

#define EVERY_US  INT64_C(60000000)
#define AFTER_US  INT64_C(2000000) /* what is heard does not say at once that nothing came before it */
#define AGAIN_US  INT64_C(500000)
#define REPLY_US  INT64_C(5000000)
#define AWAIT_US  INT64_C(1000000)
#define PAGE      1000
#define PAGES_MAX 8 /* made up for: more than that, and everybody begins anew */

/* ---- hearing ---- */

void live_source_look(Live *live)
{
        BusStats stats;

        bus_stats(live->gateway->entity.bus, &stats);
        if (stats.reconnects == live->reconnects)
                return;
        live->reconnects = stats.reconnects;
        for (unsigned i = 0; i < live->n_services; i++) {
                live->services[i].gap = true;
                if (live->services[i].task)
                        task_wake(live->services[i].task);
        }
}

void live_heard(Live *live, const char *subject, const void *data, size_t len)
{
        static const Str batch = {".batch", 6};
        size_t n = strlen(subject);

        if (!live->started)
                return;
        live_source_look(live);
        live_log_message(
                live, n > batch.len && memcmp(subject + n - batch.len, batch.p, batch.len) == 0, data, len);
        live_wake(live);
}

/* ---- asking ---- */

static const Cauce__EventsReply *ask(LiveService *service, Arena *arena, int64_t after, uint32_t limit)
{
        Gateway *gateway = service->live->gateway;
        CallContext context = {.deadline = clock_realtime() + REPLY_US};
        Cauce__EventsRequest in = CAUCE__EVENTS_REQUEST__INIT;
        BusReply reply;

        in.has_after = in.has_limit = true;
        in.after = after;
        in.limit = limit;
        size_t len = protobuf_c_message_get_packed_size(&in.base);
        void *data = arena_alloc(arena, len);
        (void)protobuf_c_message_pack(&in.base, data);
        const char *subject = arena_printf(arena, "rpc.%s.events", service->name);
        if (bus_call(gateway->entity.bus, arena, &context, subject, data, len, &reply) != 0 ||
                reply.code != 0)
                return NULL;
        return cauce__events_reply__unpack(arena_protobuf(arena), reply.len, reply.data);
}

/* Too much was missed: whoever shows a module of the service begins anew. */
static void give_up(LiveService *service, int64_t horizon)
{
        Live *live = service->live;

        service->at = service->from = service->horizon = horizon;
        for (LiveStream *stream = live->streams.next; stream != &live->streams; stream = stream->next)
                stream->reset = true;
        for (LivePrincipal *principal = live->principals; principal; principal = principal->next)
                live_due(live, principal, 0);
}

static int compare_seqs(const void *a, const void *b)
{
        int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

        return (left > right) - (left < right);
}

/* Sorted: the service's events in the log that its position is not over yet. */
static int64_t *heard_after(const LiveService *service, Arena *arena, size_t *ret_n)
{
        const Live *live = service->live;
        uint64_t n = live->head < LIVE_LOG ? live->head : LIVE_LOG;
        int64_t *seqs = arena_raw(arena, (size_t)(n + 1) * sizeof *seqs);

        *ret_n = 0;
        for (uint64_t i = 0; i < n; i++) {
                const LiveEvent *event = &live->log[i];
                if (&live->services[live->service_of[event->module]] == service && event->seq > service->at)
                        seqs[(*ret_n)++] = event->seq;
        }
        qsort(seqs, *ret_n, sizeof *seqs, compare_seqs);
        return seqs;
}

/* A page of what may have been missed. True: that was all. */
static bool catch_up_page(LiveService *service, Arena *arena, bool *ret_failed)
{
        const Cauce__EventsReply *reply = ask(service, arena, service->at, PAGE);

        *ret_failed = !reply;
        if (!reply)
                return true;
        size_t n;
        int64_t *heard = heard_after(service, arena, &n);
        for (size_t i = 0; i < reply->n_events; i++)
                if (!bsearch(&reply->events[i]->seq, heard, n, sizeof *heard, compare_seqs))
                        live_log_add(service->live, reply->events[i]);
        live_wake(service->live);
        if (reply->horizon > service->at)
                service->at = reply->horizon;
        if (reply->horizon > service->horizon)
                service->horizon = reply->horizon;
        return reply->n_events == 0 || reply->horizon > reply->events[reply->n_events - 1]->seq;
}

/* False = ask again in a while. */
static bool catch_up(LiveService *service, Arena *arena)
{
        bool failed = false, all = false;

        service->gap = true;
        for (unsigned page = 0; page < PAGES_MAX && !all; page++) {
                all = catch_up_page(service, arena, &failed);
                arena_reset(arena);
                arena_reset(service->live->decoding);
        }
        if (!failed && !all) {
                const Cauce__EventsReply *reply = ask(service, arena, INT64_MAX, 1);
                if (reply)
                        give_up(service, reply->horizon);
                failed = !reply;
        }
        service->gap = failed;
        return !failed;
}

static bool begin(LiveService *service, Arena *arena)
{
        const Cauce__EventsReply *reply = ask(service, arena, INT64_MAX, 1);

        if (!reply)
                return false;
        service->at = service->from = service->horizon = reply->horizon;
        service->known = true;
        service->gap = false;
        return true;
}

/* When it is asked next: soon after something was heard that its position is not over. */
static int64_t next_time(const LiveService *service, int64_t asked_at, bool asked)
{
        if (!asked)
                return asked_at + (service->known ? AFTER_US : AGAIN_US);
        return asked_at + (service->newest > service->at ? AFTER_US : EVERY_US);
}

static void service_task(void *arg)
{
        LiveService *service = arg;
        Live *live = service->live;
        Arena *arena = arena_new();

        while (!live->stopping) {
                uint64_t reconnects = live->reconnects;
                bool asked = service->known ? catch_up(service, arena) : begin(service, arena);
                int64_t now = clock_monotonic();

                arena_reset(arena);
                /* A connection that was lost meanwhile may have had more. */
                service->gap |= reconnects != live->reconnects;
                while (!live->stopping && !(asked && service->gap) &&
                        clock_monotonic() < next_time(service, now, asked))
                        (void)task_park_until(next_time(service, now, asked));
        }
        service->task = NULL;
        (void)arena_free(arena);
}

bool live_source_start(Live *live)
{
        Gateway *gateway = live->gateway;
        BusStats stats;

        bus_stats(gateway->entity.bus, &stats);
        live->reconnects = stats.reconnects;
        live->log = arena_raw(live->arena, LIVE_LOG * sizeof *live->log);
        live->decoding = arena_new();
        for (unsigned i = 0; i < live->n_services; i++)
                if (task_spawn(gateway->entity.loop, service_task, &live->services[i],
                            &live->services[i].task) != 0)
                        return false;
        return true;
}

void live_source_await(const Live *live, const LiveMask *shown)
{
        int64_t until = clock_monotonic() + AWAIT_US;

        for (unsigned i = 0; i < live->n_modules; i++)
                while (mask_has(shown, i) && !live->services[live->service_of[i]].known &&
                        clock_monotonic() < until)
                        task_sleep(2000);
}
