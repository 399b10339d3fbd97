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

/* `reason` NULL = it has been applied. */
static PgStmt outcome_stmt(Arena *arena, int64_t id, const char *reason)
{
        PgArgs *args = pg_args(arena);

        (void)pg_arg_int8(args, id);
        if (!reason)
                return (PgStmt){
                        "UPDATE dead_letter SET retry = false, replayed_at = now() WHERE id = $1", args};
        (void)pg_arg_text(args, str_of(reason));
        return (PgStmt){"UPDATE dead_letter SET retry = false, reason = $2 WHERE id = $1", args};
}

static int retry_one(Feed *feed, Arena *arena, int64_t id, const Consumer *consumer, Str data)
{
        Cauce__Event *event = cauce__event__unpack(arena_protobuf(arena), data.len, (const uint8_t *)data.p);
        const char *reason = NULL;
        PgRows *rows;
        PgStmt stmt;

        if (!consumer || !event) {
                stmt = outcome_stmt(arena, id, consumer ? "not an event" : "there is no such consumer");
                return feed_transaction(feed, arena, &stmt, 1, &rows);
        }
        FeedItem item = feed_item(feed, arena, event);
        int r = feed_begin(feed, arena, NULL, 0, NULL);
        if (r != 0)
                return r;
        r = feed_apply_one(feed, consumer, &item, &reason);
        if (r == 0) {
                stmt = outcome_stmt(arena, id, NULL);
                return feed_commit(feed, arena, &stmt, 1);
        }
        feed_rollback(feed);
        if (r < 0)
                return r;
        stmt = outcome_stmt(arena, id, reason ? reason : "refused");
        return feed_transaction(feed, arena, &stmt, 1, &rows);
}

int dead_letters_retry(Feed *feed)
{
        static const char sql[] = "SELECT id, consumer, event FROM dead_letter WHERE source = $1 AND retry "
                                  "AND replayed_at IS NULL ORDER BY seq LIMIT $2";
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(feed->source));
        (void)pg_arg_int8(args, RETRY_MAX);
        int r = pg_conn_exec(feed->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        for (int row = 0; r == 0 && row < pg_rows(rows); row++)
                r = retry_one(feed, arena, pg_int(rows, row, 0), consumer_named(feed, pg_text(rows, row, 1)),
                        pg_text(rows, row, 2));
        (void)arena_free(arena);
        return r > 0 && r != LEASE_LOST ? PG_FAULT : r;
}
