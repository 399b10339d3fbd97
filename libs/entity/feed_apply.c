/* Applies events to the consumers of a feed: all of a batch in one transaction, and one by one after a poison
 * among them. Writes inbox and consumer_state, and parks in dead_letter. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "entity/feed.h"

PgStmt feed_position_stmt(Feed *feed, Arena *arena, int64_t stream_seq, int64_t settled)
{
        static const char sql[] =
                "INSERT INTO consumer_state AS s (source, stream_seq, settled) VALUES ($1, $2, $3) "
                "ON CONFLICT (source) DO UPDATE SET stream_seq = $2, updated_at = now(), "
                "settled = greatest(s.settled, $3)";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_text(args, str_of(feed->source));
        (void)pg_arg_int8(args, stream_seq);
        (void)pg_arg_int8(args, settled);
        return (PgStmt){sql, args};
}

FeedItem feed_item(Feed *feed, Arena *arena, const Cauce__Event *event)
{
        FeedItem item = {};

        if (event_open(arena, event, &item.in) < 0)
                item.unreadable = "an image that is not the module's message";
        else if (event->record.len != sizeof(Uuid) || event->id.len != sizeof(Uuid) || !event->module)
                item.unreadable = "no id, record or module";
        item.in.conn = feed->conn;
        return item;
}

/* ---- a set: some consumers × some events, in one transaction ---- */

typedef struct Set {
        Feed *feed;
        Arena *arena;
        unsigned n_consumers, n;
        const Consumer *const *consumers;
        FeedItem *items;
        PgRows *fresh, *parked;
} Set;

/* One row for each (consumer, event) that the inbox did not have. */
static PgStmt inbox_stmt(const Set *set)
{
        static const char sql[] =
                "INSERT INTO inbox (consumer, event_id, source, seq) SELECT c, u.id, $4, u.seq "
                "FROM unnest($1::text[]) c, unnest($2::uuid[], $3::int8[]) u (id, seq) "
                "ON CONFLICT DO NOTHING RETURNING consumer, event_id";
        PgArgs *args = pg_args(set->arena);
        Str *names = arena_array(set->arena, set->n_consumers + 1, sizeof *names);
        Uuid *ids = arena_array(set->arena, set->n + 1, sizeof *ids);
        int64_t *seqs = arena_array(set->arena, set->n + 1, sizeof *seqs);
        unsigned n_names = 0;

        for (unsigned i = 0; i < set->n_consumers; i++)
                if (!set->consumers[i]->copy)
                        names[n_names++] = str_of(set->consumers[i]->name);
        for (unsigned i = 0; i < set->n; i++) {
                ids[i] = event_uuid(set->items[i].in.event->id);
                seqs[i] = set->items[i].in.event->seq;
        }
        (void)pg_arg_text_array(args, names, n_names);
        (void)pg_arg_uuid_array(args, ids, set->n);
        (void)pg_arg_int8_array(args, seqs, set->n);
        (void)pg_arg_text(args, str_of(set->feed->source));
        return (PgStmt){sql, args};
}

/* Records with something parked: their events queue behind it. */
static PgStmt parked_stmt(const Set *set)
{
        static const char sql[] = "SELECT DISTINCT consumer, record FROM dead_letter "
                                  "WHERE source = $1 AND record = ANY($2) AND replayed_at IS NULL";
        PgArgs *args = pg_args(set->arena);
        Uuid *records = arena_array(set->arena, set->n + 1, sizeof *records);

        for (unsigned i = 0; i < set->n; i++)
                records[i] = event_uuid(set->items[i].in.event->record);
        (void)pg_arg_text(args, str_of(set->feed->source));
        (void)pg_arg_uuid_array(args, records, set->n);
        return (PgStmt){sql, args};
}

/* The ids in column 1 of the rows that are the consumer's, sorted. */
static Uuid *ids_of(const Set *set, const PgRows *rows, const char *consumer, unsigned *ret_n)
{
        Uuid *ids = arena_array(set->arena, (size_t)pg_rows(rows) + 1, sizeof *ids);
        unsigned n = 0;

        for (int row = 0; row < pg_rows(rows); row++)
                if (str_is(pg_text(rows, row, 0), consumer))
                        ids[n++] = pg_uuid(rows, row, 1);
        qsort(ids, n, sizeof *ids, uuid_order);
        *ret_n = n;
        return ids;
}

static Uuid *id_find(Uuid *ids, unsigned n, Uuid id)
{
        return n ? bsearch(&id, ids, n, sizeof *ids, uuid_order) : NULL;
}

static int park(const Set *set, const Consumer *consumer, const FeedItem *item, const char *reason)
{
        PgStmt stmt = dead_letter_stmt(set->feed, set->arena, consumer, item, reason);
        PgRows *rows;

        return pg_conn_exec(set->feed->conn, set->arena, &stmt, 1, &rows);
}

/* The outcomes of libs/pg that say nothing about the event. */
static int poison_or_fault(int r)
{
        return r == PG_E_LOCKED || r == PG_E_SERIALIZATION || r == PG_E_TIMEOUT ? PG_FAULT : r;
}

int feed_apply_one(Feed *feed, const Consumer *consumer, FeedItem *item, const char **ret_reason)
{
        const EventIn *in = &item->in;
        const char *reason = item->unreadable;

        if (reason) {
                *ret_reason = reason;
                return EVENT_POISON;
        }
        int r = consumer->apply ? consumer->apply(feed->entity, in, &reason)
                                : consumer->apply_all(feed->entity, &in, 1, &reason);
        r = poison_or_fault(r);
        if (r > 0)
                *ret_reason = arena_strdup(in->arena, reason ? reason : pg_error());
        return r;
}

/* The events that this consumer has not seen; those of parked records are parked too. */
static int choose(Set *set, const Consumer *consumer, const EventIn **ret, unsigned *ret_n)
{
        unsigned n_fresh = 0, n_parked, n = 0;
        Uuid *fresh = consumer->copy ? NULL : ids_of(set, set->fresh, consumer->name, &n_fresh);
        Uuid *parked = ids_of(set, set->parked, consumer->name, &n_parked);
        bool *used = arena_array(set->arena, n_fresh + 1, sizeof *used);

        for (unsigned i = 0; i < set->n; i++) {
                FeedItem *item = &set->items[i];
                if (!consumer->copy) {
                        Uuid *found = id_find(fresh, n_fresh, event_uuid(item->in.event->id));
                        if (!found || used[found - fresh])
                                continue;
                        used[found - fresh] = true;
                }
                if (item->unreadable)
                        return EVENT_POISON;
                if (!id_find(parked, n_parked, event_uuid(item->in.event->record))) {
                        ret[n++] = &item->in;
                        continue;
                }
                int r = park(set, consumer, item, "behind an event of the same record");
                if (r != 0)
                        return r;
                set->feed->entity->events->stats.parked++;
                event_note(set->feed, consumer->name, item, true, "behind an event of the same record");
        }
        *ret_n = n;
        return 0;
}

static int apply_consumer(Set *set, const Consumer *consumer, const char **ret_reason)
{
        Entity *entity = set->feed->entity;
        const EventIn **chosen = arena_array(set->arena, set->n + 1, sizeof *chosen);
        unsigned n = 0;
        int r = choose(set, consumer, chosen, &n);

        if (r == 0 && n && consumer->apply_all)
                r = consumer->apply_all(entity, chosen, n, ret_reason);
        for (unsigned i = 0; i < n && r == 0 && !consumer->apply_all; i++)
                r = consumer->apply(entity, chosen[i], ret_reason);
        return poison_or_fault(r);
}

static int apply_set(Set *set, const PgStmt *position, const char **ret_reason)
{
        PgStmt stmts[2] = {parked_stmt(set), {}};
        PgRows *rows[2];
        bool inbox = false;

        for (unsigned i = 0; i < set->n_consumers; i++)
                inbox |= !set->consumers[i]->copy;
        if (inbox)
                stmts[1] = inbox_stmt(set);
        int r = feed_begin(set->feed, set->arena, stmts, inbox ? 2 : 1, rows);
        if (r != 0)
                return r == LEASE_LOST ? r : poison_or_fault(r);
        set->parked = rows[0];
        set->fresh = rows[1];
        for (unsigned i = 0; i < set->n_consumers && r == 0; i++)
                r = apply_consumer(set, set->consumers[i], ret_reason);
        if (r > 0)
                *ret_reason = arena_strdup(set->arena, *ret_reason ? *ret_reason : pg_error());
        if (r != 0) {
                feed_rollback(set->feed);
                return r;
        }
        return poison_or_fault(feed_commit(set->feed, set->arena, position, position ? 1 : 0));
}

/* ---- poison ---- */

static int park_alone(Set *set, const char *reason)
{
        const PgStmt stmts[] = {
                dead_letter_stmt(set->feed, set->arena, set->consumers[0], set->items, reason),
                inbox_stmt(set),
        };
        PgRows *rows[2];

        set->feed->entity->events->stats.parked++;
        event_note(set->feed, set->consumers[0]->name, set->items, true, reason ? reason : "refused");
        return feed_transaction(set->feed, set->arena, stmts, set->consumers[0]->copy ? 1 : 2, rows);
}

static int apply_one_by_one(Feed *feed, FeedItem *items, unsigned n)
{
        int r = 0;

        for (unsigned i = 0; i < n * feed->n && r == 0; i++) {
                FeedItem *item = &items[i / feed->n];
                Arena *arena = arena_new();
                Set set = {.feed = feed,
                        .arena = arena,
                        .n_consumers = 1,
                        .n = 1,
                        .consumers = &feed->consumers[i % feed->n],
                        .items = item};
                const char *reason = item->unreadable;
                r = apply_set(&set, NULL, &reason);
                if (r > 0 && r != LEASE_LOST)
                        r = park_alone(&set, item->unreadable ? item->unreadable : reason);
                (void)arena_free(arena);
        }
        return r;
}

/* In the log at debug: what came of a request here, by its trace. */
static void tell_applied(const Feed *feed, const FeedItem *items, unsigned n)
{
        for (unsigned i = 0; i < n; i++) {
                const Cauce__Event *event = items[i].in.event;
                log_debug(event->trace, "event applied", KV("source", feed->source),
                        KV("module", event->module ? event->module : ""),
                        KV("type", event_type_name(event->type)), KV("seq", event->seq));
        }
}

int feed_apply(Feed *feed, FeedItem *items, unsigned n, int64_t stream_seq, int64_t settled)
{
        EventsStats *stats = &feed->entity->events->stats;
        Arena *arena = arena_new();
        Set set = {.feed = feed,
                .arena = arena,
                .n_consumers = feed->n,
                .n = n,
                .consumers = feed->consumers,
                .items = items};
        PgStmt position = feed_position_stmt(feed, arena, stream_seq, settled);
        const char *reason = NULL;
        PgRows *rows;

        int r = apply_set(&set, &position, &reason);
        if (r > 0 && r != LEASE_LOST) {
                r = apply_one_by_one(feed, items, n);
                if (r == 0)
                        r = feed_transaction(feed, arena, &position, 1, &rows);
        }
        if (r < 0 && n)
                event_note(feed, NULL, &items[0], false, NULL);
        if (r == 0) {
                tell_applied(feed, items, n);
                stats->applied += n;
                if (n)
                        stats->lag_us = clock_realtime() - items[n - 1].in.event->at;
                feed->stream_seq = stream_seq;
                feed->settled = settled > feed->settled ? settled : feed->settled;
        }
        (void)arena_free(arena);
        for (unsigned i = 0; i < feed->n && r == 0; i++)
                if (feed->consumers[i]->committed)
                        feed->consumers[i]->committed(feed);
        return r;
}
