/* Writes into the log what goes wrong behind the requests: events that are not applied, are parked, or cannot
 * be delivered. */
#include "service/service_watch.h"
#include "base/log.h"
#include "entity/event_note.h"
#include "entity/events.h"

#define WATCH_US INT64_C(1000000)

/* A line for each event, with the trace of whoever caused it. */
static void tell_events(Entity *entity)
{
        EventNote note;

        while (events_note_take(entity, &note))
                log_write(note.parked ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, note.trace,
                        note.parked ? "event parked" : "event not applied yet",
                        LOG_FIELDS(KV("source", note.source), KV("consumer", note.consumer),
                                KV("module", note.module), KV("type", note.type), KV("seq", note.seq),
                                KV("reason", note.reason)));
}

/* The relay and the consumers go on by themselves after a fault; that there was one is told here, and events
 * that were parked, since somebody must look at those. */
static void watch_task(void *arg)
{
        Entity *entity = arg;
        EventsStats before = {}, now;

        while (!entity->stopping) {
                events_stats(entity, &now);
                if (now.faults != before.faults)
                        log_warn(NULL, "events interrupted", KV("fault", now.fault),
                                KV("times", (int64_t)(now.faults - before.faults)));
                if (now.parked != before.parked)
                        log_error(NULL, "events parked", KV("events", (int64_t)(now.parked - before.parked)));
                tell_events(entity);
                before = now;
                task_sleep(WATCH_US);
        }
}

int service_watch(Entity *entity)
{
        return task_spawn(entity->loop, watch_task, entity, NULL);
}
