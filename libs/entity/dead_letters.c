/* Answers dead_letters, dead_letter_retry and dead_letter_drop: what a person sees of parked events and
 * decides about them. dead_letter.c tries those that are marked. */
#include "entity/dead_letters.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/record.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200

enum {
        ID,
        CONSUMER,
        SOURCE,
        MODULE,
        RECORD,
        SEQ,
        REASON,
        AT,
        RETRY,
        DROPPED,
        REPLAYED_AT,
        TRIES,
        TRIED_AT,
        EVENT,
        BEHIND
};

#define COLUMNS                                                                                              \
        "d.id, d.consumer, d.source, d.module, d.record, d.seq, d.reason, d.at, d.retry, d.dropped, "        \
        "d.replayed_at, d.tries, d.tried_at, d.event, (SELECT count(*) FROM dead_letter b "                  \
        "WHERE b.consumer = d.consumer AND b.source = d.source AND b.record = d.record AND b.seq > d.seq "   \
        "AND b.replayed_at IS NULL)"
#define EARLIER                                                                                              \
        "EXISTS (SELECT FROM dead_letter b WHERE b.consumer = d.consumer AND b.source = d.source "           \
        "AND b.record = d.record AND b.seq < d.seq AND b.replayed_at IS NULL)"

static char *text_of(Req *rq, const PgRows *rows, int row, int column)
{
        Str text = pg_text(rows, row, column);

        return arena_strndup(rq->arena, text.p, text.len);
}

static Cauce__DeadLetterState state_of(const PgRows *rows, int row)
{
        if (!pg_null(rows, row, REPLAYED_AT))
                return pg_bool(rows, row, DROPPED) ? CAUCE__DEAD_LETTER_STATE__DEAD_LETTER_STATE_DROPPED
                                                   : CAUCE__DEAD_LETTER_STATE__DEAD_LETTER_STATE_APPLIED;
        return pg_bool(rows, row, RETRY) ? CAUCE__DEAD_LETTER_STATE__DEAD_LETTER_STATE_RETRYING
                                         : CAUCE__DEAD_LETTER_STATE__DEAD_LETTER_STATE_WAITING;
}

static void times_read(Req *rq, const PgRows *rows, int row, Cauce__DeadLetter *letter)
{
        letter->has_at = letter->has_age = true;
        letter->at = pg_timestamptz(rows, row, AT);
        letter->age = (rq->now - letter->at) / 1000000;
        letter->has_tried_at = !pg_null(rows, row, TRIED_AT);
        letter->tried_at = pg_timestamptz(rows, row, TRIED_AT);
        letter->has_ended_at = !pg_null(rows, row, REPLAYED_AT);
        letter->ended_at = pg_timestamptz(rows, row, REPLAYED_AT);
}

static Cauce__DeadLetter *letter_read(Req *rq, const PgRows *rows, int row)
{
        Cauce__DeadLetter *letter = arena_alloc(rq->arena, sizeof *letter);
        Str data = pg_text(rows, row, EVENT);
        const Uuid record = pg_uuid(rows, row, RECORD);

        cauce__dead_letter__init(letter);
        const Cauce__Event *event =
                cauce__event__unpack(arena_protobuf(rq->arena), data.len, (const uint8_t *)data.p);
        letter->service = (char *)rq->entity->service_name;
        letter->consumer = text_of(rq, rows, row, CONSUMER);
        letter->source = text_of(rq, rows, row, SOURCE);
        letter->module = text_of(rq, rows, row, MODULE);
        letter->reason = text_of(rq, rows, row, REASON);
        if (!uuid_is_nil(&record))
                record_set_uuid(rq->arena, &letter->record, &letter->has_record, &record);
        letter->has_id = letter->has_seq = letter->has_state = letter->has_behind = letter->has_tries = true;
        letter->id = pg_int(rows, row, ID);
        letter->seq = pg_int(rows, row, SEQ);
        letter->state = state_of(rows, row);
        letter->behind = pg_int(rows, row, BEHIND);
        letter->tries = pg_int(rows, row, TRIES);
        letter->has_version = event && event->has_version;
        letter->version = letter->has_version ? event->version : 0;
        times_read(rq, rows, row, letter);
        return letter;
}

/* ---- the list ---- */

void dead_letters_list(Req *rq, const Cauce__DeadLettersRequest *in, Cauce__DeadLettersReply *ret)
{
        static const char sql[] =
                "SELECT " COLUMNS " FROM dead_letter d WHERE d.id > $1 AND CASE $2 "
                "WHEN 1 THEN d.replayed_at IS NULL AND NOT d.retry WHEN 2 THEN d.replayed_at IS NULL AND d.retry "
                "WHEN 3 THEN d.replayed_at IS NOT NULL AND NOT d.dropped WHEN 4 THEN d.dropped "
                "ELSE d.replayed_at IS NULL END AND (d.replayed_at IS NOT NULL OR NOT " EARLIER ") "
                "ORDER BY d.id LIMIT $3";
        const uint32_t limit = in->has_limit ? in->limit : LIMIT_DEFAULT;
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        access_administrator(rq);
        if (limit < 1 || limit > LIMIT_MAX)
                req_fail(rq, OUT_OF_RANGE, "limit", "1-200");
        (void)pg_arg_int8(args, in->has_after ? in->after : 0);
        (void)pg_arg_int8(args, in->has_state ? (int64_t)in->state : 0);
        (void)pg_arg_int8(args, (int64_t)limit + 1);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        const int n = pg_rows(rows) > (int)limit ? (int)limit : pg_rows(rows);
        ret->items = arena_array(rq->arena, (size_t)n + 1, sizeof *ret->items);
        for (int row = 0; row < n; row++)
                ret->items[ret->n_items++] = letter_read(rq, rows, row);
        if (pg_rows(rows) > n)
                ret->next = req_printf(rq, "%lld", (long long)ret->items[n - 1]->id);
}

/* ---- what a person decides ---- */

static Cauce__DeadLetter *letter_load(Req *rq, int64_t id)
{
        static const char sql[] = "SELECT " COLUMNS " FROM dead_letter d WHERE d.id = $1";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_int8(args, id);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        return letter_read(rq, rows, 0);
}

/* Runs a statement about the letter and its queue that begins with the head alone; no row: it is none. */
static const Cauce__DeadLetter *decide(Req *rq, const Cauce__DeadLetterRequest *in, const char *sql)
{
        PgArgs *args = pg_args(rq->arena);
        Uuid none = {};
        PgRows *rows;

        access_administrator(rq);
        (void)letter_load(rq, in->id);
        (void)pg_arg_int8(args, in->id);
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = "dead_letter", .id = none};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                req_fail(rq, CONFLICT, NULL, NULL);
        return letter_load(rq, in->id);
}

#define HEAD                                                                                                  \
        "WITH d AS (SELECT d.* FROM dead_letter d WHERE d.id = $1 AND d.replayed_at IS NULL AND NOT " EARLIER \
        ") "

const Cauce__DeadLetter *dead_letter_retry(Req *rq, const Cauce__DeadLetterRequest *in)
{
        static const char sql[] = HEAD
                "UPDATE dead_letter l SET retry = true FROM d WHERE l.consumer = d.consumer "
                "AND l.source = d.source AND l.record = d.record AND l.replayed_at IS NULL RETURNING l.id";

        return decide(rq, in, sql);
}

const Cauce__DeadLetter *dead_letter_drop(Req *rq, const Cauce__DeadLetterRequest *in)
{
        static const char sql[] = HEAD
                "UPDATE dead_letter l SET retry = l.id <> d.id, dropped = l.id = d.id, "
                "replayed_at = CASE WHEN l.id = d.id THEN now() END FROM d WHERE l.consumer = d.consumer "
                "AND l.source = d.source AND l.record = d.record AND l.replayed_at IS NULL RETURNING l.id";

        return decide(rq, in, sql);
}
