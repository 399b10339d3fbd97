/* Own transactions: pg_tx_*. One holds a connection of the locked pool from pg_tx_begin until it is committed
 * or given up; BEGIN travels with its first statement. It is given up in the background: ROLLBACK is sent and
 * the connection lent on when that is answered, so an arena may end anywhere. */
#include "pg/heap.h"
#include "pg/pool.h"
#include "pg/results.h"

#define TX_US        INT64_C(1000000) /* how long one may last */
#define UNCERTAIN_US INT64_C(5000000) /* how long after that its answer is waited for */

/* Lives in its arena. */
struct PgTx {
        LockedSlot *slot;   /* NULL = it has no connection (any more) */
        PgFailure *failure; /* why it can't go on */
        int64_t until_us;
        bool begun; /* BEGIN has been sent */
};

/* Waits for a connection, or for statements' answers. */
typedef struct TxCall {
        Call call;
        PgTx *tx;
        bool commit;
        unsigned n, failed; /* n = none of the statements */
        PGresult *results[];
} TxCall;

static void tx_call_free(Call *call)
{
        TxCall *wait = (TxCall *)call;

        for (unsigned i = 0; i < wait->n; i++)
                PQclear(wait->results[i]);
        pgcall_done(call);
        free(call);
}

static TxCall *tx_call_new(PgTx *tx, unsigned n, int64_t deadline_us)
{
        TxCall *wait = heap_new(sizeof *wait + n * sizeof *wait->results);

        pgcall_init(&wait->call, deadline_us, tx_call_free);
        wait->tx = tx;
        wait->n = wait->failed = n;
        return wait;
}

/* ---- having a connection ---- */

void pgtx_lend(LockedSlot *slot, Call *waiting)
{
        PgTx *tx = ((TxCall *)waiting)->tx;

        slot->tx = tx;
        tx->slot = slot;
        tx->until_us = clock_monotonic() + TX_US;
        pgcall_succeed(waiting);
}

void pgtx_lost(LockedSlot *slot)
{
        if (slot->tx)
                slot->tx->slot = NULL;
        slot->tx = NULL;
}

static void on_rolled_back(Segment *segment, SegmentEnd end)
{
        LockedSlot *slot = segment->owner;

        slot->ending = false;
        if (end == SEGMENT_FAILED)
                pgconn_break(slot->conn);
        pgsegment_free(segment);
        pglocked_flush(slot->pg);
}

/* Gives the connection back, rolling back what was begun. */
static void tx_leave(PgTx *tx)
{
        LockedSlot *slot = tx->slot;

        if (!slot)
                return;
        tx->slot = NULL;
        slot->tx = NULL;
        if (tx->begun && slot->conn->state == CONN_UP) {
                Segment *segment = pgsegment_new(1, false, on_rolled_back, slot);

                pgsegment_add_sql(segment, "ROLLBACK");
                slot->ending = true;
                pgconn_send(slot->conn, segment);
        }
        pglocked_flush(slot->pg);
}

/* From here on every call on it gets this failure; takes it. */
static int tx_fail(PgTx *tx, PgFailure *failure)
{
        pgfailure_unref(tx->failure);
        tx->failure = failure;
        tx_leave(tx);
        return pgfailure_tell(pgfailure_ref(failure));
}

static void on_arena_end(void *object)
{
        PgTx *tx = object;

        tx_leave(tx);
        tx->failure = pgfailure_unref(tx->failure);
}

int pg_tx_begin(Pg *pg, Arena *arena, int64_t deadline_us, PgTx **ret)
{
        PgTx *tx = arena_alloc(arena, sizeof *tx);
        TxCall *wait = tx_call_new(tx, 0, deadline_us);
        PgFailure *failure = NULL;

        pg->stats.locked++;
        wait->call.sql = "BEGIN"; /* slow when no connection is free */
        pgqueue_add(&pg->locked.waiting, &wait->call);
        pglocked_flush(pg);
        if (!pgcall_wait(&wait->call, wait->call.deadline_us)) {
                pgqueue_remove(&wait->call);
                failure = pglocked_up(pg) ? pgfailure_new(PG_E_TIMEOUT, "no connection was free in time")
                                          : pgconn_failure(pg->locked.slots[0].conn);
        } else if (wait->call.failure) {
                failure = pgfailure_ref(wait->call.failure);
        }
        tx_call_free(&wait->call);
        if (failure)
                return pgfailure_tell(failure);
        arena_cleanup(arena, on_arena_end, tx);
        *ret = tx;
        return 0;
}

void pg_tx_most(PgTx *tx, int64_t most_us)
{
        tx->until_us += most_us - TX_US;
}

/* ---- statements ---- */

/* BEGIN may stand before the statements. */
static void on_done(Segment *segment, SegmentEnd end)
{
        TxCall *wait = segment->owner;
        unsigned first = segment->n_steps - wait->n;

        if (end == SEGMENT_OK) {
                for (unsigned i = 0; i < wait->n; i++)
                        wait->results[i] = pgsegment_take(segment, first + i);
                pgcall_succeed(&wait->call);
        } else if (end == SEGMENT_FAILED) {
                if (segment->failed >= first && segment->failed < segment->n_steps)
                        wait->failed = segment->failed - first;
                pgcall_finish(&wait->call, pgfailure_of(segment->error));
        } else if (wait->commit) {
                pgcall_finish(&wait->call, pgfailure_new(PG_FAULT_UNKNOWN, "the connection broke at commit"));
        } else {
                pgcall_finish(
                        &wait->call, pgfailure_new(PG_FAULT_DOWN, "the connection broke in a transaction"));
        }
        pgsegment_free(segment);
}

static Segment *segment_of(PgTx *tx, TxCall *wait, const PgStmt *stmts, unsigned n)
{
        Segment *segment = pgsegment_new(n + 1, true, on_done, wait);

        if (!tx->begun)
                pgsegment_add_sql(segment, "BEGIN");
        for (unsigned i = 0; i < n; i++)
                pgsegment_add(segment, &stmts[i]);
        tx->begun = true;
        return segment;
}

/* Runs the statements: NULL = done, the n results are the caller's. */
static PgFailure *tx_run(
        PgTx *tx, const PgStmt *stmts, unsigned n, bool commit, PGresult **ret_results, unsigned *ret_failed)
{
        LockedSlot *slot = tx->slot;
        TxCall *wait = tx_call_new(tx, n, tx->until_us + UNCERTAIN_US);
        PgFailure *failure = NULL;

        wait->commit = commit;
        wait->call.sql = n ? stmts[0].sql : NULL;
        wait->call.state = CALL_SENT;
        pgconn_send(slot->conn, segment_of(tx, wait, stmts, n));
        if (!pgcall_wait(&wait->call, wait->call.deadline_us)) {
                wait->call.waiter = NULL;
                pgconn_break(slot->conn);
                return commit ? pgfailure_new(PG_FAULT_UNKNOWN, "no answer to a commit")
                              : pgfailure_new(PG_E_TIMEOUT, "no answer in a transaction");
        }
        *ret_failed = wait->failed;
        if (wait->call.failure)
                failure = pgfailure_ref(wait->call.failure);
        for (unsigned i = 0; i < n && !failure; i++) {
                ret_results[i] = wait->results[i];
                wait->results[i] = NULL;
        }
        tx_call_free(&wait->call);
        return failure;
}

/* Why it can't go on: NULL = it can. */
static PgFailure *tx_check(const PgTx *tx)
{
        if (tx->failure)
                return pgfailure_ref(tx->failure);
        if (!tx->slot)
                return pgfailure_new(PG_FAULT_DOWN, "the transaction is over, or its connection broke");
        if (clock_monotonic() > tx->until_us)
                return pgfailure_new(PG_E_TIMEOUT, "the transaction took too long");
        return NULL;
}

int pg_tx_exec_all(
        PgTx *tx, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret, unsigned *ret_failed)
{
        PGresult **results = arena_array(arena, n, sizeof(PGresult *));
        PgFailure *failure = tx_check(tx);

        *ret_failed = n;
        if (!failure)
                failure = tx_run(tx, stmts, n, false, results, ret_failed);
        if (failure)
                return tx_fail(tx, failure);
        for (unsigned i = 0; i < n; i++)
                ret[i] = pgresult_keep(arena, results[i]);
        return 0;
}

int pg_tx_exec(PgTx *tx, Arena *arena, const PgStmt *stmt, PgRows **ret)
{
        unsigned failed;

        return pg_tx_exec_all(tx, arena, stmt, 1, ret, &failed);
}

int pg_tx_commit(PgTx *tx)
{
        const PgStmt commit = {.sql = "COMMIT"};
        PgFailure *failure = tx_check(tx);
        PGresult *result = NULL;
        unsigned failed;

        if (!failure && tx->begun)
                failure = tx_run(tx, &commit, 1, true, &result, &failed);
        if (!failure && result && !streq(PQcmdStatus(result), "COMMIT"))
                failure = pgfailure_new(PG_FAULT, "the transaction was rolled back");
        PQclear(result);
        if (failure)
                return tx_fail(tx, failure);
        tx->begun = false;
        tx_leave(tx);
        return 0;
}

void pg_tx_give_up(PgTx *tx)
{
        tx_leave(tx);
}
