/* Who has something to do, and when: one task that watches, a few that work. A principal's events are
 * gathered for a fifth of a second; when many are due, they wait for a worker and gather longer, so that
 * telling never asks more of the services than LIVE_WORKERS questions at a time. */
#include <string.h>

#include "live.h"

#define GATHER_US INT64_C(200000)
#define SOON_US   INT64_C(10000) /* of the first event after a pause: its neighbours come along */
#define TICK_US   INT64_C(100000)
#define TEND_US   INT64_C(500000)
#define SWEEP_TICK                                                                                           \
        5 /* principals whose sessions are asked for in a tick after an epoch that no event explained */

/* ---- due ---- */

void live_wake(Live *live)
{
        if (live->hub)
                task_wake(live->hub);
}

void live_due(Live *live, LivePrincipal *principal, int64_t pause_us)
{
        int64_t at = clock_monotonic() + pause_us;

        if (!principal->due || at < principal->due_at)
                principal->due_at = at;
        principal->due = true;
        live_wake(live);
}

static void put_in_queue(Live *live, LivePrincipal *principal)
{
        principal->due = false;
        principal->queued = true;
        principal->in_queue = NULL;
        *live->queue_end = principal;
        live->queue_end = &principal->in_queue;
        if (live->n_idle > 0)
                task_wake(live->idle[--live->n_idle]);
}

/* The log has something new for those who show these modules; others have nothing to read in it. */
static void mark(Live *live, int64_t now)
{
        for (LivePrincipal *principal = live->principals; principal; principal = principal->next) {
                LiveMask both = mask_and(&principal->interest, &live->dirty);
                int64_t at = principal->cut_at + GATHER_US;

                if (!mask_any(&both)) {
                        if (principal->cursor == live->marked && !principal->busy)
                                principal->cursor = live->head;
                        else
                                live_due(live, principal, GATHER_US);
                        continue;
                }
                if (!principal->due || at < principal->due_at)
                        principal->due_at = at > now ? at : now;
                principal->due = true;
        }
        live->dirty = (LiveMask){};
        live->marked = live->head;
}

/* Until when there is nothing to do. */
static int64_t queue_due(Live *live, int64_t now)
{
        int64_t next = now + TEND_US;

        for (LivePrincipal *principal = live->principals; principal; principal = principal->next) {
                if (!principal->due || principal->queued || principal->busy)
                        continue;
                if (principal->due_at <= now)
                        put_in_queue(live, principal);
                else if (principal->due_at < next)
                        next = principal->due_at;
        }
        return next;
}

/* ---- sessions and rights ---- */

static void check_streams(Live *live, LivePrincipal *principal)
{
        for (LiveStream *stream = principal->streams; stream; stream = stream->peer)
                stream->check = true;
        live_due(live, principal, 0);
}

static void check_session(Live *live, const Uuid *session)
{
        for (LiveStream *stream = live->streams.next; stream != &live->streams; stream = stream->next) {
                if (uuid_compare(&stream->session, session) != 0)
                        continue;
                stream->check = true;
                live_due(live, stream->principal, 0);
        }
}

void live_check_event(Live *live, const LiveEvent *event)
{
        bool user = event->module == live->user;

        if ((event->module == live->session || event->module == live->api_key) && event->type != LIVE_CREATED)
                check_session(live, &event->record);
        for (LivePrincipal *principal = live->principals; user && principal; principal = principal->next)
                if (uuid_compare(&principal->user, &event->record) == 0)
                        check_streams(live, principal);
}

/* An epoch that came with an event was acted upon already; whoever's did not come is asked for now, a few at
 * a time, since every end of a session is an epoch. */
static void sweep(Live *live)
{
        const Gateway *gateway = live->gateway;
        unsigned n = 0;

        for (LivePrincipal *principal = live->principals; principal; principal = principal->next) {
                if (principal->rights_epoch < gateway->rights_epoch && !principal->due)
                        live_due(live, principal, 0);
                if (principal->session_epoch >= gateway->epoch || n == SWEEP_TICK)
                        continue;
                principal->session_epoch = gateway->epoch;
                check_streams(live, principal);
                n++;
        }
}

/* ---- tasks ---- */

static void hub_task(void *arg)
{
        Live *live = arg;
        Arena *arena = arena_new();
        int64_t until = 0, tick = 0;

        while (!live->stopping) {
                if (!mask_any(&live->dirty))
                        (void)task_park_until(until < tick ? until : tick);
                if (mask_any(&live->dirty))
                        task_sleep(SOON_US);
                int64_t now = clock_monotonic();
                if (mask_any(&live->dirty))
                        mark(live, now);
                if (now >= tick) {
                        live_source_look(live);
                        sweep(live);
                        live_streams_tend(live, arena);
                        arena_reset(arena);
                        tick = now + (live->n_streams > 0 ? TICK_US : TEND_US);
                }
                until = queue_due(live, now);
        }
        live->hub = NULL;
        (void)arena_free(arena);
}

static void worker_task(void *arg)
{
        Live *live = arg;
        Arena *arena = arena_new();

        while (!live->stopping) {
                LivePrincipal *principal = live->queue;
                if (!principal) {
                        live->idle[live->n_idle++] = task_self();
                        task_park();
                        continue;
                }
                live->queue = principal->in_queue;
                if (!live->queue)
                        live->queue_end = &live->queue;
                principal->queued = false;
                principal->busy = true;
                if (principal->streams)
                        live_batch(live, principal, arena);
                principal->busy = false;
                if (principal->due)
                        live_wake(live);
                live_principal_release(live, principal);
                arena_reset(arena);
        }
        (void)arena_free(arena);
}

bool live_hub_start(Live *live)
{
        Loop *loop = live->gateway->entity.loop;

        live->queue_end = &live->queue;
        if (task_spawn(loop, hub_task, live, &live->hub) != 0)
                return false;
        for (unsigned i = 0; i < LIVE_WORKERS; i++)
                if (task_spawn(loop, worker_task, live, NULL) != 0)
                        return false;
        return true;
}
