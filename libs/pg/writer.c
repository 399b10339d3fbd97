/* The grouped writers: pg_save, a record always through the same one. The sets that came in while a group was
 * under way form the next one: one segment, so one transaction, sorted by (table, id).
 *
 * A failing member takes its group down. Then it is answered, or handed to the locked pool when the cause is
 * a lock, and the others run again at once as one group; after a second failure each runs alone, all in one
 * go. A member that met a unique or foreign key waits for the others' end: one of them may have made the row,
 * and not have kept it. */
#include <string.h>

#include "pg/pool.h"
#include "pg/results.h"

#define GROUP_MAX 512
#define TRIES_MAX 3
#define UNCERTAIN_US                                                                                         \
        INT64_C(5000000) /* how long past its deadline a set that was sent waits for certainty               \
                          */
#define GROUP_FAILURES 2 /* from here on one by one */

#define WRITER_SETTINGS "-c plan_cache_mode=force_generic_plan -c lock_timeout=50 -c statement_timeout=5000"

typedef struct Group {
        Writer *writer;
        unsigned n;
        SaveCall *members[];
} Group;

static PgFailure *unknown(void)
{
        return pgfailure_new(PG_FAULT_UNKNOWN, "the connection broke after it was sent");
}

/* ---- ends ---- */

/* Nothing of it was done: it runs again, unless nobody waits any more. */
static void run_again(SaveCall *save)
{
        if (pgcall_is_over(&save->call))
                return;
        save->writer->pg->stats.write_retries++;
        pgqueue_add(&save->writer->again, &save->call);
}

static void run_again_counted(SaveCall *save, int code, const char *why)
{
        if (++save->call.tries < TRIES_MAX)
                run_again(save);
        else
                pgcall_finish(&save->call, pgfailure_new(code, why));
}

/* The member that failed; takes the failure. */
static void settle(SaveCall *save, bool alone, PgFailure *failure)
{
        switch (failure->kind) {
        case FAILURE_STALE_PLAN:
                pgfailure_unref(failure);
                run_again_counted(save, PG_FAULT, "its plan went stale again");
                return;
        case FAILURE_CONFLICT:
                pgfailure_unref(save->call.failure);
                save->call.failure = failure;
                if (!pgcall_is_over(&save->call))
                        pglocked_take(save->writer->pg, save);
                return;
        case FAILURE_ROW:
                if (alone)
                        break;
                pgfailure_unref(save->call.failure);
                save->call.failure = failure;
                pgqueue_add(&save->writer->held, &save->call);
                return;
        default:
                break;
        }
        pgcall_finish(&save->call, failure);
}

static void group_failed(Group *group, const Segment *segment)
{
        PgFailure *failure = pgfailure_of(segment->error);

        /* At commit nobody knows whose it was. */
        if (segment->failed >= group->n)
                group->writer->failures = GROUP_FAILURES;
        else if (failure->kind != FAILURE_STALE_PLAN)
                group->writer->failures++;
        for (unsigned i = 0; i < group->n; i++)
                if (i == segment->failed || group->n == 1)
                        settle(group->members[i], group->n == 1, pgfailure_ref(failure));
                else
                        run_again(group->members[i]);
        pgfailure_unref(failure);
}

static void group_committed(Group *group, Segment *segment)
{
        for (unsigned i = 0; i < group->n; i++) {
                group->members[i]->result = pgsegment_take(segment, i);
                pgcall_succeed(&group->members[i]->call);
        }
}

static void writer_flush(Writer *writer);

static void on_done(Segment *segment, SegmentEnd end)
{
        Group *group = segment->owner;
        Writer *writer = group->writer;

        writer->flying--;
        switch (end) {
        case SEGMENT_OK:
                group_committed(group, segment);
                break;
        case SEGMENT_FAILED:
                group_failed(group, segment);
                break;
        case SEGMENT_NOT_DONE:
                for (unsigned i = 0; i < group->n; i++)
                        run_again_counted(group->members[i], PG_FAULT_DOWN, "the connection broke again");
                break;
        case SEGMENT_UNKNOWN:
                for (unsigned i = 0; i < group->n; i++)
                        pgcall_finish(&group->members[i]->call, unknown());
                break;
        }
        pgsegment_free(segment);
        free(group);
        /* New sets wait for the end of the turn, that more of them gather. */
        if (writer->again.n)
                writer_flush(writer);
}

/* ---- sending ---- */

static int by_table_and_id(const void *a, const void *b)
{
        const SaveCall *x = *(SaveCall *const *)a, *y = *(SaveCall *const *)b;
        int r = x->write->table == y->write->table ? 0 : strcmp(x->write->table, y->write->table);

        r = r ? r : memcmp(x->write->id.b, y->write->id.b, sizeof x->write->id.b);
        return r ? r : (x->arrived > y->arrived) - (x->arrived < y->arrived);
}

static void send_group(Writer *writer, SaveCall *const *members, unsigned n)
{
        Group *group = heap_new(sizeof *group + n * sizeof *members);
        Segment *segment = pgsegment_new(n, true, on_done, group);

        group->writer = writer;
        group->n = n;
        for (unsigned i = 0; i < n; i++) {
                group->members[i] = members[i];
                members[i]->call.state = CALL_SENT;
                pgsegment_add(segment, &members[i]->write->stmt);
        }
        writer->flying++;
        writer->pg->stats.write_groups++;
        pgconn_send(writer->conn, segment);
}

/* The locked pool has a set on the same record. */
static void stand_behind(Pg *pg, SaveCall *save)
{
        pgfailure_unref(save->call.failure);
        save->call.failure = pgfailure_new(PG_E_LOCKED, "behind another on the same record");
        pglocked_take(pg, save);
}

/* Takes up to `max` members out of the queue, those aside whose record others hold. */
static unsigned gather(Pg *pg, CallQueue *queue, SaveCall **members, unsigned n, unsigned max)
{
        SaveCall *save;

        while (n < max && (save = (SaveCall *)pgqueue_take(queue)))
                if (pglocked_has(pg, save->write))
                        stand_behind(pg, save);
                else
                        members[n++] = save;
        return n;
}

static void answer_held(Writer *writer)
{
        Call *call;

        while ((call = pgqueue_take(&writer->held)))
                pgcall_finish(call, pgfailure_ref(call->failure));
}

/* The group of before once more, or the next one. */
static void writer_flush(Writer *writer)
{
        Pg *pg = writer->pg;
        SaveCall *members[GROUP_MAX];
        unsigned n = 0;

        if (writer->flying || pg->closing || !pgconn_usable(writer->conn))
                return;
        if (writer->failures >= GROUP_FAILURES) {
                n = gather(pg, &writer->held, members, n, GROUP_MAX);
                n = gather(pg, &writer->again, members, n, GROUP_MAX);
                qsort(members, n, sizeof *members, by_table_and_id);
                for (unsigned i = 0; i < n; i++)
                        send_group(writer, &members[i], 1);
                if (writer->again.n == 0 && writer->held.n == 0)
                        writer->failures = 0;
                if (n)
                        return;
        }
        if (writer->again.n == 0) {
                answer_held(writer);
                writer->failures = 0;
        }
        n = gather(pg, writer->again.n ? &writer->again : &writer->waiting, members, n, GROUP_MAX);
        qsort(members, n, sizeof *members, by_table_and_id);
        if (n)
                send_group(writer, members, n);
}

void pgwriter_flush(Pg *pg)
{
        for (unsigned i = 0; i < pg->n_writers; i++)
                writer_flush(&pg->writers[i]);
}

/* ---- the call ---- */

static void save_free(Call *call)
{
        SaveCall *save = (SaveCall *)call;

        PQclear(save->result);
        pgcall_done(call);
        free(save);
}

/* The deadline passed and there is no answer. */
static int give_up(SaveCall *save)
{
        PgFailure *failure = NULL;

        if (save->call.state == CALL_SENT) {
                save->call.waiter = NULL;
                return pgfailure_tell(unknown());
        }
        if (save->call.failure)
                failure = pgfailure_ref(save->call.failure); /* a lock, or a row that another had made */
        else if (!pgconn_usable(save->writer->conn))
                failure = pgconn_failure(save->writer->conn);
        else
                failure = pgfailure_new(PG_E_TIMEOUT, "deadline, before it was sent");
        pgqueue_remove(&save->call);
        save_free(&save->call);
        return pgfailure_tell(failure);
}

int pg_save(Pg *pg, Arena *arena, const PgWrite *write, int64_t deadline_us, PgRows **ret)
{
        SaveCall *save = heap_new(sizeof *save);
        int code = 0;

        pgcall_init(&save->call, deadline_us, save_free);
        save->write = write;
        save->call.sql = write->stmt.sql;
        save->arrived = pg->stats.writes++;
        save->writer = &pg->writers[write->id.b[15] % pg->n_writers]; /* an id ends in random bits */
        pgqueue_add(&save->writer->waiting, &save->call);
        (void)pgcall_wait(&save->call, save->call.deadline_us);
        if (save->call.state == CALL_SENT)
                (void)pgcall_wait(&save->call, save->call.deadline_us + UNCERTAIN_US);
        if (save->call.state != CALL_DONE)
                return give_up(save);
        if (save->call.failure) {
                code = pgfailure_tell(pgfailure_ref(save->call.failure));
        } else {
                *ret = pgresult_keep(arena, save->result);
                save->result = NULL;
        }
        save_free(&save->call);
        return code;
}

/* ---- the connection ---- */

static void on_changed(PgConn *conn, void *arg)
{
        /* What waits leaves at the end of this turn. */
}

int pgwriter_open(Pg *pg, PgFailure **ret_failure)
{
        pg->writers = heap_new(pg->config.write_connections * sizeof *pg->writers);
        for (pg->n_writers = 0; pg->n_writers < pg->config.write_connections;) {
                Writer *writer = &pg->writers[pg->n_writers++];
                *writer = (Writer){.pg = pg};
                pgqueue_init(&writer->waiting);
                pgqueue_init(&writer->again);
                pgqueue_init(&writer->held);
                writer->conn = pgpool_conn(pg, "writer", WRITER_SETTINGS, on_changed, pg, ret_failure);
                if (!writer->conn)
                        return PG_FAULT;
        }
        return 0;
}

void pgwriter_close(Pg *pg)
{
        PgFailure *failure = pgfailure_new(PG_FAULT_DOWN, "closed");

        for (unsigned i = 0; i < pg->n_writers; i++) {
                Writer *writer = &pg->writers[i];
                writer->conn = pgconn_free(writer->conn);
                pgqueue_finish(&writer->waiting, failure);
                pgqueue_finish(&writer->again, failure);
                pgqueue_finish(&writer->held, failure);
        }
        free(pg->writers);
        pg->writers = NULL;
        pg->n_writers = 0;
        pgfailure_unref(failure);
}
