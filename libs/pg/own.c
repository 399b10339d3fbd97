/* A connection of one's own: pg_conn_*. One task at a time uses it. It is not opened again when it breaks,
 * for the session's state (locks, settings) is gone with it. Scripts and COPY are in plain.c. */
#include <assert.h>

#include "pg/conn.h"
#include "pg/results.h"

typedef struct Opening {
        Task *task;
        bool finished;
} Opening;

static void on_changed(PgConn *conn, void *arg)
{
        Opening *opening = arg;

        if (!opening)
                return;
        opening->finished = true;
        task_wake(opening->task);
}

int pg_conn_open(Loop *loop, const char *conninfo, PgConn **ret)
{
        Opening opening = {.task = task_self()};
        ConnConfig config = {
                .conninfo = conninfo, .role = "own", .settings = "", .changed = on_changed, .arg = &opening};
        PgFailure *failure = NULL;
        PgConn *conn = pgconn_new(loop, &config, &failure);

        assert(opening.task);
        if (!conn)
                return pgfailure_tell(failure);
        while (!opening.finished)
                task_park();
        conn->config.arg = NULL;
        if (conn->state != CONN_UP) {
                failure = pgconn_failure(conn);
                pgconn_free(conn);
                return pgfailure_tell(failure);
        }
        *ret = conn;
        return 0;
}

PgConn *pg_conn_close(PgConn *conn)
{
        return pgconn_free(conn);
}

bool pg_conn_up(const PgConn *conn)
{
        return conn->state == CONN_UP && !conn->breaking;
}

bool pg_conn_in_transaction(const PgConn *conn)
{
        return pg_conn_up(conn) && PQtransactionStatus(conn->pq) == PQTRANS_INTRANS;
}

/* ---- statements ---- */

typedef struct Running {
        Task *waiter;
        bool finished;
        SegmentEnd end;
        Segment *segment; /* with its results */
} Running;

static void on_done(Segment *segment, SegmentEnd end)
{
        Running *running = segment->owner;

        running->finished = true;
        running->end = end;
        running->segment = segment;
        task_wake(running->waiter);
}

static SegmentEnd run(PgConn *conn, const PgStmt *stmts, unsigned n, bool prepare, Segment **ret)
{
        Running running = {.waiter = task_self()};
        Segment *segment = pgsegment_new(n, prepare, on_done, &running);

        assert(running.waiter && TAILQ_EMPTY(&conn->segments));
        for (unsigned i = 0; i < n; i++)
                pgsegment_add(segment, &stmts[i]);
        pgconn_send(conn, segment);
        while (!running.finished)
                task_park();
        *ret = running.segment;
        return running.end;
}

/* A statement failed inside a transaction that the caller had opened: ends it, so that the session goes on.
 */
void pgown_leave_transaction(PgConn *conn)
{
        Segment *segment;

        if (!pg_conn_up(conn) || PQtransactionStatus(conn->pq) != PQTRANS_INERROR)
                return;
        (void)run(conn, &(PgStmt){.sql = "ROLLBACK"}, 1, false, &segment);
        pgsegment_free(segment);
}

static bool has_committed(const Segment *segment)
{
        for (unsigned i = 0; i < segment->n_steps; i++)
                if (segment->steps[i].result && streq(PQcmdStatus(segment->steps[i].result), "COMMIT"))
                        return true;
        return false;
}

/* NULL = done. *ret_again = nothing was done and the statement has to be prepared anew. */
static PgFailure *exec_once(
        PgConn *conn, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret, bool *ret_again)
{
        bool inside = PQtransactionStatus(conn->pq) != PQTRANS_IDLE;
        PgFailure *failure = NULL;
        Segment *segment;
        SegmentEnd end = run(conn, stmts, n, true, &segment);

        *ret_again = false;
        if (end == SEGMENT_FAILED) {
                failure = pgfailure_of(segment->error);
                *ret_again = failure->kind == FAILURE_STALE_PLAN && !inside && !has_committed(segment);
                pgown_leave_transaction(conn);
        } else if (end != SEGMENT_OK) {
                failure = pgfailure_new(PG_FAULT_UNKNOWN, "the connection broke");
        }
        for (unsigned i = 0; !failure && ret && i < n; i++)
                ret[i] = pgresult_keep(arena, pgsegment_take(segment, i));
        pgsegment_free(segment);
        return failure;
}

int pg_conn_exec(PgConn *conn, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        PgFailure *failure = NULL;
        bool again = true;

        for (int tries = 0; again && tries < 3; tries++) {
                pgfailure_unref(failure);
                if (!pg_conn_up(conn))
                        return pgfailure_tell(pgconn_failure(conn));
                failure = exec_once(conn, arena, stmts, n, ret, &again);
        }
        return failure ? pgfailure_tell(failure) : 0;
}

int pg_conn_try_lock(PgConn *conn, int64_t key)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgStmt stmt = {.sql = "SELECT pg_try_advisory_lock($1)", .args = args};
        PgRows *rows = NULL;
        int r;

        (void)pg_arg_int8(args, key);
        r = pg_conn_exec(conn, arena, &stmt, 1, &rows);
        if (r == 0 && !pg_bool(rows, 0, 0))
                r = PG_E_LOCKED;
        arena_free(arena);
        return r;
}
