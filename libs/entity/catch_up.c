/* Asks the owner for the events that the stream no longer holds: rpc.<source>.events. PostgreSQL is the log
 * of record, the stream is transport. */
#include <stdint.h>

#include "entity/feed.h"

#define PAGE    500
#define CALL_US INT64_C(15000000)

static int ask(Feed *feed, Arena *arena, int64_t after, unsigned limit, bool known, Cauce__EventsReply **ret)
{
        Cauce__EventsRequest request = CAUCE__EVENTS_REQUEST__INIT;
        CallContext context = {.deadline = clock_realtime() + CALL_US};
        const char *subject = arena_printf(arena, "rpc.%s.events", feed->source);
        BusReply reply;
        size_t len;

        request.has_after = request.has_limit = true;
        request.after = after;
        request.limit = limit;
        request.has_known = request.known = known;
        void *data = event_pack(arena, &request.base, &len);
        int r = bus_call(feed->entity->bus, arena, &context, subject, data, len, &reply);
        if (r != 0)
                return r;
        *ret = reply.code ? NULL : cauce__events_reply__unpack(arena_protobuf(arena), reply.len, reply.data);
        return *ret ? 0 : BUS_E_TIMEOUT;
}

int catch_up_horizon(Feed *feed, int64_t *ret)
{
        Arena *arena = arena_new();
        Cauce__EventsReply *reply;
        int r = ask(feed, arena, INT64_MAX, 1, false, &reply);

        if (r == 0)
                *ret = reply->horizon;
        (void)arena_free(arena);
        return r;
}

static int apply_page(Feed *feed, Arena *arena, const Cauce__EventsReply *reply)
{
        FeedItem *items = arena_array(arena, reply->n_events + 1, sizeof *items);

        if (reply->n_events == 0 && reply->horizon <= feed->settled)
                return 0;
        for (size_t i = 0; i < reply->n_events; i++)
                items[i] = feed_item(feed, arena, reply->events[i]);
        return feed_apply(feed, items, (unsigned)reply->n_events, feed->stream_seq, reply->horizon);
}

static int follow(Feed *feed, int64_t until, bool known)
{
        size_t n = 1;
        int r = 0;

        while (r == 0 && n > 0 && feed->settled < until && !feed->entity->stopping) {
                Arena *arena = arena_new();
                Cauce__EventsReply *reply;
                r = ask(feed, arena, feed->settled, PAGE, known, &reply);
                n = r == 0 ? reply->n_events : 0;
                if (r == 0)
                        r = apply_page(feed, arena, reply);
                (void)arena_free(arena);
        }
        return r;
}

int catch_up(Feed *feed)
{
        int r = follow(feed, INT64_MAX, false);

        if (r == 0)
                feed->entity->events->stats.catch_ups++;
        return r;
}

int catch_up_to(Feed *feed, int64_t seq)
{
        return follow(feed, seq, true);
}
