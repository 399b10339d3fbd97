/* What the relay and the consumers of one daemon share: their tasks, counters and end. */
#include <stdio.h>
#include <stdlib.h>

#include "entity/events_private.h"
#include "entity/worker.h"

Events *events_of(Entity *entity)
{
        if (!entity->events) {
                entity->events = calloc(1, sizeof *entity->events);
                if (!entity->events)
                        abort();
        }
        return entity->events;
}

int events_spawn(Entity *entity, void (*fn)(void *arg), void *arg, Task **ret)
{
        int r = task_spawn(entity->loop, fn, arg, ret);

        if (r == 0)
                events_of(entity)->running++;
        return r;
}

void events_ended(Entity *entity)
{
        Events *events = entity->events;

        events->running--;
        if (events->running == 0 && events->stopper)
                task_wake(events->stopper);
}

void events_fault(Entity *entity, const char *what, int code)
{
        EventsStats *stats = &entity->events->stats;
        const char *error = code < 0 ? pg_error() : NULL;

        stats->faults++;
        (void)snprintf(stats->fault, sizeof stats->fault, "%s: %d %s", what, code, error ? error : "");
}

void events_sleep(Entity *entity, int64_t us)
{
        int64_t until = clock_monotonic() + us;

        while (!entity->stopping && clock_monotonic() < until) {
                int64_t left = until - clock_monotonic();
                task_sleep(left < 100000 ? left : 100000);
        }
}

void events_stop(Entity *entity)
{
        Events *events = entity->events;

        entity->stopping = true;
        if (!events)
                return;
        if (events->relay)
                relay_wake(events->relay);
        for (Worker *worker = events->workers; worker; worker = worker->next)
                worker_wake(worker);
        events->stopper = task_self();
        while (events->running > 0)
                task_park();
        events->relay = relay_free(events->relay);
        while (events->feeds)
                events->feeds = feed_free(events->feeds);
        while (events->workers)
                events->workers = worker_free(events->workers);
        free(events);
        entity->events = NULL;
}

void events_stats(const Entity *entity, EventsStats *ret)
{
        *ret = entity->events ? entity->events->stats : (EventsStats){};
}

bool events_note_take(Entity *entity, EventNote *ret)
{
        return entity->events && event_note_take(&entity->events->notes, ret);
}
