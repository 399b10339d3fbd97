/* Lists, counts and scans: a few connections, one call at a time on each, plans made for the values at hand
 * or once for all. The caller's deadline travels as statement_timeout, in steps, so that a connection is not
 * kept by a list that nobody waits for. */
#include <stdio.h>

#include "pg/heap.h"
#include "pg/pool.h"
#include "pg/read.h"

/* To start workers takes longer than most lists. */
#define LIST_SETTINGS "-c parallel_setup_cost=20000"

enum { LIST_PLANS_CUSTOM = 1, LIST_PLANS_GENERIC };

static const char *const plans_sql[] = {
        [LIST_PLANS_CUSTOM] = "SET plan_cache_mode = force_custom_plan",
        [LIST_PLANS_GENERIC] = "SET plan_cache_mode = force_generic_plan",
};

/* The shortest of these that holds what is left of the deadline. */
static const int timeout_steps_ms[] = {100, 500, 2000, 5000, 10000, 20000, 60000};

typedef struct ListRun {
        ListSlot *slot;
        ReadCall *read;
        unsigned first; /* step of the first statement */
        int timeout_ms, plans;
} ListRun;

static int timeout_for(const Pg *pg, int64_t deadline_us)
{
        int64_t left_ms = (deadline_us - clock_monotonic()) / 1000;

        for (size_t i = 0; i < sizeof timeout_steps_ms / sizeof *timeout_steps_ms; i++)
                if (timeout_steps_ms[i] >= left_ms && timeout_steps_ms[i] < pg->config.list_timeout_ms)
                        return timeout_steps_ms[i];
        return pg->config.list_timeout_ms;
}

static void on_done(Segment *segment, SegmentEnd end)
{
        ListRun *run = segment->owner;
        ListSlot *slot = run->slot;
        Pg *pg = slot->pg;

        slot->busy = false;
        /* A failure has rolled the settings back with all else. */
        slot->timeout_ms = end == SEGMENT_OK ? run->timeout_ms : 0;
        slot->plans = end == SEGMENT_OK ? run->plans : 0;
        if (!pgread_settle(run->read, segment, run->first, end))
                pgqueue_add_first(&pg->lists.waiting, &run->read->call);
        pgsegment_free(segment);
        free(run);
        pglist_flush(pg);
}

static int plans_for(const ReadCall *read)
{
        return read->stmts[0].generic ? LIST_PLANS_GENERIC : LIST_PLANS_CUSTOM;
}

static void send_list(ListSlot *slot, ReadCall *read)
{
        ListRun *run = heap_new(sizeof *run);
        Segment *segment = pgsegment_new(read->n + 2, true, on_done, run);
        char set[64];

        *run = (ListRun){.slot = slot,
                .read = read,
                .timeout_ms = timeout_for(slot->pg, read->call.deadline_us),
                .plans = plans_for(read)};
        if (run->timeout_ms != slot->timeout_ms) {
                (void)snprintf(set, sizeof set, "SET statement_timeout = %d", run->timeout_ms);
                pgsegment_add_sql(segment, set);
                run->first++;
        }
        if (run->plans != slot->plans) {
                pgsegment_add_sql(segment, plans_sql[run->plans]);
                run->first++;
        }
        for (unsigned i = 0; i < read->n; i++)
                pgsegment_add(segment, &read->stmts[i]);
        slot->busy = true;
        read->call.state = CALL_SENT;
        pgconn_send(slot->conn, segment);
}

/* A connection that is free, best one that makes such plans already; NULL = none. */
static ListSlot *slot_for(Lists *lists, int plans)
{
        ListSlot *found = NULL;

        for (unsigned i = 0; i < lists->n; i++) {
                ListSlot *slot = &lists->slots[i];
                if (slot->busy || !pgconn_usable(slot->conn))
                        continue;
                if (slot->plans == plans)
                        return slot;
                if (!found)
                        found = slot;
        }
        return found;
}

void pglist_flush(Pg *pg)
{
        Lists *lists = &pg->lists;

        while (!pg->closing && lists->waiting.n) {
                const Call *first = TAILQ_FIRST(&lists->waiting.calls);
                ListSlot *slot = slot_for(lists, plans_for((const ReadCall *)first));
                if (!slot)
                        return;
                send_list(slot, (ReadCall *)pgqueue_take(&lists->waiting));
        }
}

/* Any connection of the list pool tells why it waits in vain: one that is up, if there is. */
static const PgConn *best_conn(const Lists *lists)
{
        for (unsigned i = 0; i < lists->n; i++)
                if (pgconn_usable(lists->slots[i].conn))
                        return lists->slots[i].conn;
        return lists->slots[0].conn;
}

int pg_list(Pg *pg, Arena *arena, const PgStmt *stmts, unsigned n, int64_t deadline_us, PgRows **ret)
{
        ReadCall *read = pgread_new(n, deadline_us);

        read->stmts = stmts;
        read->n = n;
        pg->stats.lists++;
        pgqueue_add(&pg->lists.waiting, &read->call);
        pglist_flush(pg);
        return pgread_wait(read, best_conn(&pg->lists), arena, ret, NULL);
}

/* ---- the connections ---- */

static void on_changed(PgConn *conn, void *arg)
{
        ListSlot *slot = arg;

        slot->timeout_ms = slot->plans = 0;
}

int pglist_open(Pg *pg, PgFailure **ret_failure)
{
        Lists *lists = &pg->lists;

        lists->slots = heap_new(pg->config.list_connections * sizeof *lists->slots);
        for (; lists->n < pg->config.list_connections; lists->n++) {
                ListSlot *slot = &lists->slots[lists->n];

                slot->pg = pg;
                slot->conn = pgpool_conn(pg, "list", LIST_SETTINGS, on_changed, slot, ret_failure);
                if (!slot->conn)
                        return PG_FAULT;
        }
        return 0;
}

void pglist_close(Pg *pg)
{
        Lists *lists = &pg->lists;
        PgFailure *failure = pgfailure_new(PG_FAULT_DOWN, "closed");

        for (unsigned i = 0; i < lists->n; i++)
                lists->slots[i].conn = pgconn_free(lists->slots[i].conn);
        pgqueue_finish(&lists->waiting, failure);
        pgfailure_unref(failure);
        free(lists->slots);
}
