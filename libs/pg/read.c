/* Calls that only read: what becomes of one when its segment ends. */
#include "pg/read.h"

#define TRIES_MAX 2 /* connections lost or plans gone stale under one call */

static void read_free(Call *call)
{
        ReadCall *read = (ReadCall *)call;

        pgshared_unref(read->shared);
        for (unsigned i = 0; i < read->n; i++)
                PQclear(read->results[i]);
        pgcall_done(call);
        free(read);
}

ReadCall *pgread_new(unsigned n, int64_t deadline_us)
{
        ReadCall *read = heap_new(sizeof *read + n * sizeof *read->results);

        pgcall_init(&read->call, deadline_us, read_free);
        read->row = -1;
        return read;
}

/* The deadline passed. A call that was sent is left to whoever gets its answer. */
static int give_up(ReadCall *read, const PgConn *conn)
{
        if (read->call.state == CALL_SENT) {
                read->call.waiter = NULL;
                return pgfailure_tell(pgfailure_new(PG_E_TIMEOUT, "deadline, after it was sent"));
        }
        pgqueue_remove(&read->call);
        read_free(&read->call);
        if (conn->state != CONN_UP)
                return pgfailure_tell(pgconn_failure(conn));
        return pgfailure_tell(pgfailure_new(PG_E_TIMEOUT, "deadline, before it was sent"));
}

int pgread_wait(ReadCall *read, const PgConn *conn, Arena *arena, PgRows **ret, int *ret_row)
{
        int code = 0;

        read->call.sql = ret_row ? read->sql : read->n ? read->stmts[0].sql : NULL;
        if (!pgcall_wait(&read->call, read->call.deadline_us))
                return give_up(read, conn);
        if (read->call.failure) {
                code = pgfailure_tell(pgfailure_ref(read->call.failure));
        } else if (ret_row) {
                *ret = pgshared_keep(arena, pgshared_ref(read->shared));
                *ret_row = read->row;
        } else {
                for (unsigned i = 0; i < read->n; i++) {
                        ret[i] = pgresult_keep(arena, read->results[i]);
                        read->results[i] = NULL;
                }
        }
        read_free(&read->call);
        return code;
}

ReadFate pgread_fate(
        const Segment *segment, unsigned step, unsigned n, SegmentEnd end, PgFailure **ret_failure)
{
        unsigned got = 0;

        while (got < n && segment->steps[step + got].result)
                got++;
        if (got == n)
                return READ_DONE; /* whatever happened after it: it only reads */
        if (end == SEGMENT_NOT_DONE || end == SEGMENT_UNKNOWN)
                return READ_LOST;
        if (segment->failed < step || segment->failed >= step + n)
                return READ_ABORTED;
        *ret_failure = pgfailure_of(segment->error);
        if ((*ret_failure)->kind != FAILURE_STALE_PLAN)
                return READ_FAILED;
        *ret_failure = pgfailure_unref(*ret_failure);
        return READ_STALE;
}

bool pgread_may_repeat(ReadCall *read, ReadFate fate)
{
        if (pgcall_is_over(&read->call))
                return false;
        if (fate == READ_ABORTED || ++read->call.tries < TRIES_MAX)
                return true;
        pgcall_finish(&read->call, fate == READ_LOST
                                           ? pgfailure_new(PG_FAULT_DOWN, "the connection broke again")
                                           : pgfailure_new(PG_FAULT, "its plan went stale again"));
        return false;
}

bool pgread_settle(ReadCall *read, Segment *segment, unsigned step, SegmentEnd end)
{
        PgFailure *failure = NULL;
        ReadFate fate = pgread_fate(segment, step, read->n, end, &failure);

        switch (fate) {
        case READ_DONE:
                for (unsigned i = 0; i < read->n; i++)
                        read->results[i] = pgsegment_take(segment, step + i);
                pgcall_succeed(&read->call);
                return true;
        case READ_FAILED:
                pgcall_finish(&read->call, failure);
                return true;
        default:
                return !pgread_may_repeat(read, fate);
        }
}
