/* Scripts and COPY on a connection of one's own: they leave pipeline mode for their time. */
#include <assert.h>

#include "pg/conn.h"
#include "pg/heap.h"

#define COPY_FLUSH_BYTES ((size_t)64 << 10)

/* What a connection is doing out of pipeline mode; hangs at conn->plain_state until the answer is complete.
 */
typedef struct Plain {
        Task *waiter;
        bool answered; /* to its end, or PostgreSQL waits for COPY's data */
        bool copying;
        bool ended; /* the end of COPY's data is sent */
        bool lost;
        PGresult *last, *error;
        size_t unflushed;
} Plain;

static void keep(PGresult **place, PGresult *result)
{
        PQclear(*place);
        *place = result;
}

static void on_result(PgConn *conn, Plain *plain, PGresult *result)
{
        switch (PQresultStatus(result)) {
        case PGRES_FATAL_ERROR:
                keep(&plain->error, result);
                break;
        case PGRES_COPY_IN:
                keep(&plain->last, result);
                plain->answered = plain->copying = true;
                break;
        case PGRES_COPY_OUT:
        case PGRES_COPY_BOTH: /* nobody takes the data */
                PQclear(result);
                pgconn_break(conn);
                break;
        default:
                keep(&plain->last, result);
                break;
        }
}

static void on_input(PgConn *conn, bool lost)
{
        Plain *plain = conn->plain_state;

        if (lost) {
                plain->lost = true;
                conn->plain = NULL;
        }
        while (!plain->lost && !plain->answered && !conn->breaking && !PQisBusy(conn->pq)) {
                PGresult *result = PQgetResult(conn->pq);

                if (result)
                        on_result(conn, plain, result);
                else
                        plain->answered = true;
        }
        if ((plain->answered || plain->lost) && plain->waiter)
                task_wake(plain->waiter);
}

void pgplain_forget(PgConn *conn)
{
        Plain *plain = conn->plain_state;

        if (!plain)
                return;
        PQclear(plain->last);
        PQclear(plain->error);
        free(plain);
        conn->plain_state = NULL;
        conn->plain = NULL;
}

/* What has already come in raises no event any more. */
static void await_answer(PgConn *conn)
{
        Plain *plain = conn->plain_state;

        if (!plain->lost)
                on_input(conn, false);
        plain->waiter = task_self();
        while (!plain->answered && !plain->lost)
                task_park();
        plain->waiter = NULL;
}

/* Sends a command and parks until it is answered: 0, and conn->plain_state says how; or PG_FAULT_DOWN. */
static int plain_begin(PgConn *conn, const char *sql)
{
        if (!pg_conn_up(conn))
                return pgfailure_tell(pgconn_failure(conn));
        assert(!conn->plain_state && TAILQ_EMPTY(&conn->segments));
        conn->plain_state = heap_new(sizeof(Plain));
        conn->plain = on_input;
        if (!PQexitPipelineMode(conn->pq) || !PQsendQuery(conn->pq, sql) || pgconn_flush(conn) < 0)
                pgconn_break(conn);
        await_answer(conn);
        return 0;
}

/* Back to the pipeline: what came out of it. */
static int plain_end(PgConn *conn)
{
        Plain *plain = conn->plain_state;
        PgFailure *failure = NULL;

        if (plain->error && PQresultErrorField(plain->error, PG_DIAG_SQLSTATE))
                failure = pgfailure_of(plain->error);
        else if (plain->lost && plain->copying && !plain->ended)
                failure = pgconn_failure(conn);
        else if (plain->lost || plain->error)
                failure = pgfailure_new(PG_FAULT_UNKNOWN, "the connection broke");
        if (!plain->lost && !PQenterPipelineMode(conn->pq))
                pgconn_break(conn);
        pgplain_forget(conn);
        if (!failure)
                return 0;
        pgown_leave_transaction(conn);
        return pgfailure_tell(failure);
}

int pg_conn_script(PgConn *conn, const char *sql)
{
        int r = plain_begin(conn, sql);

        if (r < 0)
                return r;
        /* A script that begins a COPY has nobody to give it data. */
        if (conn->plain_state->copying) {
                conn->plain_state->answered = false;
                pgconn_break(conn);
                await_answer(conn);
        }
        return plain_end(conn);
}

/* ---- COPY ---- */

int pg_copy_begin(PgConn *conn, const char *sql)
{
        int r = plain_begin(conn, sql);

        if (r < 0 || conn->plain_state->copying)
                return r;
        r = plain_end(conn);
        return r ? r : pgfailure_tell(pgfailure_new(PG_FAULT, "not a COPY FROM STDIN"));
}

static bool copy_is_lost(const PgConn *conn)
{
        return conn->plain_state->lost || conn->breaking;
}

static void flush_all(PgConn *conn)
{
        int r = 0;

        while (!copy_is_lost(conn) && (r = pgconn_flush(conn)) > 0) {
                conn->flush_waiter = task_self();
                task_park();
                conn->flush_waiter = NULL;
        }
        if (r < 0)
                pgconn_break(conn);
        conn->plain_state->unflushed = 0;
}

int pg_copy_put(PgConn *conn, const void *data, size_t len)
{
        Plain *plain = conn->plain_state;

        assert(plain && plain->copying && len <= INT32_MAX);
        if (!copy_is_lost(conn) && PQputCopyData(conn->pq, data, (int)len) != 1)
                pgconn_break(conn);
        plain->unflushed += len;
        if (plain->unflushed >= COPY_FLUSH_BYTES)
                flush_all(conn);
        return copy_is_lost(conn) ? pgfailure_tell(pgconn_failure(conn)) : 0;
}

int pg_copy_end(PgConn *conn, int64_t *ret_rows)
{
        Plain *plain = conn->plain_state;
        int64_t rows;
        int r;

        assert(plain && plain->copying);
        if (!copy_is_lost(conn)) {
                plain->ended = true;
                if (PQputCopyEnd(conn->pq, NULL) != 1)
                        pgconn_break(conn);
        }
        flush_all(conn);
        plain->answered = false;
        await_answer(conn);
        rows = pg_affected(plain->last);
        r = plain_end(conn);
        if (r == 0)
                *ret_rows = rows;
        return r;
}
