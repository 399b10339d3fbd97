/* Events that could not be applied: parked with a reason, and tried again when a person sets `retry`. Owns
 * dead_letter. */
#include "entity/feed.h"

#define RETRY_MAX 100

PgStmt dead_letter_stmt(
        Feed *feed, Arena *arena, const Consumer *consumer, const FeedItem *item, const char *reason)
{
        static const char sql[] =
                "INSERT INTO dead_letter (consumer, source, module, record, seq, event, reason) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (consumer, source, seq) DO NOTHING";
        const Cauce__Event *event = item->in.event;
        Uuid record = event_uuid(event->record);
        PgArgs *args = pg_args(arena);
        size_t len;
        void *data = event_pack(arena, &event->base, &len);

        (void)pg_arg_text(args, str_of(consumer->name));
        (void)pg_arg_text(args, str_of(feed->source));
        (void)pg_arg_text(args, str_of(event->module ? event->module : ""));
        (void)pg_arg_uuid(args, &record);
        (void)pg_arg_int8(args, event->seq);
        (void)pg_arg_bytea(args, data, len);
        (void)pg_arg_text(args, str_of(reason ? reason : "refused"));
        return (PgStmt){sql, args};
}

static const Consumer *consumer_named(const Feed *feed, Str name)
{
        for (unsigned i = 0; i < feed->n; i++)
                if (str_is(name, feed->consumers[i]->name))
                        return feed->consumers[i];
        return NULL;
}

/* It has been applied. */
static PgStmt applied_stmt(Arena *arena, int64_t id)
{
        static const char sql[] =
                "UPDATE dead_letter SET retry = false, replayed_at = now(), tried_at = now(), "
                "tries = tries + 1 WHERE id = $1";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_int8(args, id);
        return (PgStmt){sql, args};
}

/* It was refused again: those that queue behind it go on waiting with it. */
static PgStmt refused_stmt(Arena *arena, int64_t id, const char *reason)
{
        static const char sql[] =
                "UPDATE dead_letter l SET retry = false, reason = CASE WHEN l.id = d.id THEN $2 ELSE l.reason END, "
                "tried_at = CASE WHEN l.id = d.id THEN now() ELSE l.tried_at END, "
                "tries = l.tries + (l.id = d.id)::int FROM dead_letter d WHERE d.id = $1 "
                "AND l.consumer = d.consumer AND l.source = d.source AND l.record = d.record "
                "AND l.replayed_at IS NULL";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_int8(args, id);
        (void)pg_arg_text(args, str_of(reason));
        return (PgStmt){sql, args};
}

static int retry_one(Feed *feed, Arena *arena, int64_t id, const Consumer *consumer, Str data)
{
        Cauce__Event *event = cauce__event__unpack(arena_protobuf(arena), data.len, (const uint8_t *)data.p);
        const char *reason = NULL;
        PgRows *rows;
        PgStmt stmt;

        if (!consumer || !event) {
                stmt = refused_stmt(arena, id, consumer ? "not an event" : "there is no such consumer");
                return feed_transaction(feed, arena, &stmt, 1, &rows);
        }
        FeedItem item = feed_item(feed, arena, event);
        int r = feed_begin(feed, arena, NULL, 0, NULL);
        if (r != 0)
                return r;
        r = feed_apply_one(feed, consumer, &item, &reason);
        if (r == 0) {
                stmt = applied_stmt(arena, id);
                return feed_commit(feed, arena, &stmt, 1);
        }
        feed_rollback(feed);
        if (r < 0)
                return r;
        stmt = refused_stmt(arena, id, reason ? reason : "refused");
        return feed_transaction(feed, arena, &stmt, 1, &rows);
}

/* The first of each record's queue that a person wants tried: what comes before it has been applied. */
static int read_heads(Feed *feed, Arena *arena, PgRows **ret)
{
        static const char sql[] =
                "SELECT d.id, d.consumer, d.event FROM dead_letter d WHERE d.source = $1 AND d.retry "
                "AND d.replayed_at IS NULL AND NOT EXISTS (SELECT FROM dead_letter b WHERE "
                "b.consumer = d.consumer AND b.source = d.source AND b.record = d.record AND b.seq < d.seq "
                "AND b.replayed_at IS NULL) ORDER BY d.seq LIMIT $2";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_text(args, str_of(feed->source));
        (void)pg_arg_int8(args, RETRY_MAX);
        return pg_conn_exec(feed->conn, arena, &(PgStmt){sql, args}, 1, ret);
}

int dead_letters_retry(Feed *feed)
{
        int r = 0, n = 1;

        for (int tried = 0; r == 0 && n > 0 && tried < RETRY_MAX; tried += n) {
                Arena *arena = arena_new();
                PgRows *rows;
                r = read_heads(feed, arena, &rows);
                n = r == 0 ? pg_rows(rows) : 0;
                for (int row = 0; r == 0 && row < n; row++)
                        r = retry_one(feed, arena, pg_int(rows, row, 0),
                                consumer_named(feed, pg_text(rows, row, 1)), pg_text(rows, row, 2));
                (void)arena_free(arena);
        }
        return r > 0 && r != LEASE_LOST ? PG_FAULT : r;
}
