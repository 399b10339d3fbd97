#pragma once

#include <stdbool.h>

#include "entity/entity.h"

/* What is to be told of events: that one was parked, or that a batch could not be applied for now. The event
 * side notes it with the trace of whoever caused the event, and libs/service puts it into the log. The newest
 * EVENT_NOTES stay; `missed` counts those that were pushed out before anybody took them. */

#define EVENT_NOTES 32

typedef struct EventNote {
        bool parked; /* false: it is tried again */
        char trace[33];
        char source[32], consumer[64], module[64], type[16];
        char reason[160];
        int64_t seq;
} EventNote;

typedef struct EventNotes {
        EventNote items[EVENT_NOTES];
        unsigned first, n;
        uint64_t missed;
} EventNotes;

struct Feed;
struct FeedItem;
/* `consumer` NULL: all of them; `reason` NULL: pg_error. */
void event_note(const struct Feed *feed, const char *consumer, const struct FeedItem *item, bool parked,
        const char *reason);
/* The oldest; false when there is none. */
bool event_note_take(EventNotes *notes, EventNote *ret);
