/* One fetched batch: in the order of the stream, without a hole, acknowledged once it is committed. */
#include <stdlib.h>
#include <string.h>

#include "entity/feed.h"

#define NAK_US INT64_C(250000)

static int64_t seq_of(const BusMessage *message)
{
        return (int64_t)message->stream_seq;
}

static int compare_messages(const void *a, const void *b)
{
        int64_t x = seq_of(a), y = seq_of(b);

        return (x > y) - (x < y);
}

/* A message that was applied before and comes again: its ack was lost. */
static bool is_repeat(const Feed *feed, const BusMessage *message)
{
        return message->delivered > 1 && seq_of(message) <= feed->stream_seq;
}

/* What is no event at all, as one that can be parked. */
static Cauce__Event **not_an_event(Arena *arena, const BusMessage *message)
{
        Cauce__Event **list = arena_array(arena, 1, sizeof *list);
        uint8_t *id = arena_alloc(arena, sizeof(Uuid));

        memcpy(id, &message->stream_seq, sizeof message->stream_seq);
        list[0] = arena_alloc(arena, sizeof **list);
        cauce__event__init(list[0]);
        list[0]->has_id = list[0]->has_record = true;
        list[0]->id = list[0]->record = (ProtobufCBinaryData){.len = sizeof(Uuid), .data = id};
        list[0]->seq = -seq_of(message);
        list[0]->after = (ProtobufCBinaryData){.len = message->len, .data = (uint8_t *)message->data};
        list[0]->has_after = list[0]->has_seq = true;
        return list;
}

typedef struct Items {
        unsigned n, cap;
        FeedItem *list;
        int64_t settled;
} Items;

static void add_message(Feed *feed, Arena *arena, const BusMessage *message, Items *items)
{
        Cauce__Event **events;
        unsigned n;

        if (event_unpack(arena, message->subject, message->data, message->len, &events, &n) < 0) {
                events = not_an_event(arena, message);
                n = 1;
        }
        if (items->n + n > items->cap) {
                FeedItem *former = items->list;
                items->cap = (items->n + n) * 2;
                items->list = arena_array(arena, items->cap, sizeof *items->list);
                if (former)
                        memcpy(items->list, former, items->n * sizeof *former);
        }
        for (unsigned i = 0; i < n; i++) {
                items->list[items->n++] = feed_item(feed, arena, events[i]);
                if (events[i]->settled > items->settled)
                        items->settled = events[i]->settled;
        }
}

/* Applies messages whose sequences follow one another, and acknowledges them. */
static int apply_run(Feed *feed, Arena *arena, const BusMessage *messages, unsigned n)
{
        Items items = {};
        int64_t at = feed->stream_seq;

        for (unsigned i = 0; i < n; i++) {
                add_message(feed, arena, &messages[i], &items);
                if (messages[i].delivered > 1)
                        feed->entity->events->stats.redelivered++;
        }
        if (!is_repeat(feed, &messages[n - 1]))
                at = seq_of(&messages[n - 1]);
        int r = feed_apply(feed, items.list, items.n, at, items.settled);
        for (unsigned i = 0; i < n && r == 0; i++)
                bus_js_ack(feed->entity->bus, &messages[i]);
        return r;
}

static unsigned run_length(const Feed *feed, const BusMessage *messages, unsigned n)
{
        unsigned i = 1;

        while (i < n && is_repeat(feed, &messages[i]) == is_repeat(feed, &messages[0]) &&
                (is_repeat(feed, &messages[i]) || seq_of(&messages[i]) == seq_of(&messages[i - 1]) + 1))
                i++;
        return i;
}

int feed_batch(Feed *feed, Arena *arena, BusMessage *messages, unsigned n)
{
        int r = 0;

        qsort(messages, n, sizeof *messages, compare_messages);
        unsigned done = 0;
        while (done < n && r == 0) {
                const BusMessage *first = &messages[done];
                unsigned run = run_length(feed, first, n - done);
                if (!is_repeat(feed, first) && seq_of(first) != feed->stream_seq + 1)
                        r = catch_up(feed);
                if (r == 0)
                        r = apply_run(feed, arena, first, run);
                done += r == 0 ? run : 0;
        }
        for (unsigned i = done; i < n; i++)
                bus_js_nak(feed->entity->bus, &messages[i], NAK_US);
        return r;
}
