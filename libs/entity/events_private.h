#pragma once

#include "entity/event_note.h"
#include "entity/events.h"

/* The event side of one Entity; made when the first part of it is started, freed by events_stop. */

typedef struct Relay Relay;

/* Of horizon.c: every event up to `settled` is committed; up to `pending` once every transaction before
 * `pending_xid` (0 = none) has ended. */
typedef struct Horizon {
        bool known;
        int64_t settled, pending, pending_xid;
} Horizon;

typedef struct Events {
        EventsStats stats;
        EventNotes notes;
        Relay *relay;
        Feed *feeds; /* one per source */
        struct Worker *workers;
        Horizon horizon;
        unsigned running; /* tasks */
        Task *stopper;    /* waits until running is 0 */
} Events;

Events *events_of(Entity *entity);
/* Starts a task that is counted; 0 or a negative errno. The task ends with events_ended. */
int events_spawn(Entity *entity, void (*fn)(void *arg), void *arg, Task **ret);
void events_ended(Entity *entity);

Relay *relay_free(Relay *relay);
void relay_wake(Relay *relay);
Feed *feed_free(Feed *feed); /* returns the next one */

/* Notes why a session ended: a pg or bus code. */
void events_fault(Entity *entity, const char *what, int code);
/* Sleeps in slices, so that a task ends soon after entity->stopping. */
void events_sleep(Entity *entity, int64_t us);

/* The last number given out, and after it an xid of our own: whoever holds a number up to *ret_seq has a
 * lower one. Parks; 0 or a pg code. */
int events_last(Entity *entity, Arena *arena, int64_t deadline, int64_t *ret_seq, int64_t *ret_xid);
/* Every event up to *ret is committed: at once, or a moment later, or as far as was known before while
 * transactions last. Parks; 0 or a pg code. */
int events_settled(Entity *entity, Arena *arena, int64_t deadline, int64_t *ret);
