/* Notes of parked and interrupted events, for the log. */
#include <stdio.h>
#include <string.h>

#include "entity/event_note.h"
#include "entity/feed.h"

static void copy(char *to, size_t size, const char *from)
{
        (void)snprintf(to, size, "%s", from ? from : "");
}

/* The same batch is tried again and again: that it still fails is no news. */
static bool is_told(const EventNotes *notes, const EventNote *note)
{
        for (unsigned i = 0; i < notes->n && !note->parked; i++) {
                const EventNote *told = &notes->items[(notes->first + i) % EVENT_NOTES];
                if (!told->parked && told->seq == note->seq && streq(told->source, note->source))
                        return true;
        }
        return false;
}

void event_note(const Feed *feed, const char *consumer, const FeedItem *item, bool parked, const char *reason)
{
        EventNotes *notes = &feed->entity->events->notes;
        const Cauce__Event *event = item->in.event;
        EventNote note = {.parked = parked, .seq = event->seq};

        copy(note.trace, sizeof note.trace, event->trace);
        copy(note.source, sizeof note.source, feed->source);
        copy(note.consumer, sizeof note.consumer, consumer);
        copy(note.module, sizeof note.module, event->module);
        copy(note.type, sizeof note.type, event_type_name(event->type));
        copy(note.reason, sizeof note.reason, reason ? reason : pg_error());
        if (is_told(notes, &note))
                return;
        if (notes->n == EVENT_NOTES) {
                notes->first = (notes->first + 1) % EVENT_NOTES;
                notes->n--;
                notes->missed++;
        }
        notes->items[(notes->first + notes->n++) % EVENT_NOTES] = note;
}

bool event_note_take(EventNotes *notes, EventNote *ret)
{
        if (notes->n == 0)
                return false;
        *ret = notes->items[notes->first];
        notes->first = (notes->first + 1) % EVENT_NOTES;
        notes->n--;
        return true;
}
