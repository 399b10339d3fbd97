/* The locked pool: its connections are lent to transactions (tx.c) and to members that left their group
 * because others hold their rows. Such a member waits for its locks a second at a time and then queues again
 * until its deadline; one runs per record, and they take at most half of the connections. */
#include <stdio.h>

#include "pg/pool.h"
#include "pg/results.h"

#define ATTEMPT_MS 1000
#define TRIES_MAX  3

#define LOCKED_SETTINGS                                                                                      \
        "-c plan_cache_mode=force_generic_plan -c lock_timeout=900 -c statement_timeout=1000 "               \
        "-c idle_in_transaction_session_timeout=1000"

static bool slot_free(const LockedSlot *slot)
{
        return !slot->save && !slot->tx && !slot->ending && pgconn_usable(slot->conn);
}

bool pglocked_up(const Pg *pg)
{
        for (unsigned i = 0; i < pg->locked.n; i++)
                if (pgconn_usable(pg->locked.slots[i].conn))
                        return true;
        return false;
}

static LockedSlot *find_free(Locked *locked)
{
        for (unsigned i = 0; i < locked->n; i++)
                if (slot_free(&locked->slots[i]))
                        return &locked->slots[i];
        return NULL;
}

/* ---- members that left their groups ---- */

static bool same_record(const PgWrite *a, const PgWrite *b)
{
        return uuid_compare(&a->id, &b->id) == 0 && streq(a->table, b->table);
}

static bool runs(const Locked *locked, const PgWrite *write)
{
        for (unsigned i = 0; i < locked->n; i++) {
                const SaveCall *save = locked->slots[i].save;
                if (save && save->call.waiter && same_record(save->write, write))
                        return true;
        }
        return false;
}

bool pglocked_has(const Pg *pg, const PgWrite *write)
{
        const Call *call;

        if (pg->locked.n_saves == 0 && pg->locked.moved.n == 0)
                return false;
        TAILQ_FOREACH(call, &pg->locked.moved.calls, link)
        if (same_record(((const SaveCall *)call)->write, write))
                return true;
        return runs(&pg->locked, write);
}

void pglocked_take(Pg *pg, SaveCall *save)
{
        pg->stats.locked++;
        pgqueue_add(&pg->locked.moved, &save->call);
        pglocked_flush(pg);
}

static void save_again(Pg *pg, SaveCall *save)
{
        if (!pgcall_is_over(&save->call))
                pgqueue_add(&pg->locked.moved, &save->call);
}

static void on_save_done(Segment *segment, SegmentEnd end)
{
        LockedSlot *slot = segment->owner;
        SaveCall *save = slot->save;
        Pg *pg = slot->pg;
        PgFailure *failure = NULL;

        slot->save = NULL;
        pg->locked.n_saves--;
        switch (end) {
        case SEGMENT_OK:
                save->result = pgsegment_take(segment, 1);
                pgcall_succeed(&save->call);
                break;
        case SEGMENT_FAILED:
                failure = pgfailure_of(segment->error);
                if (failure->kind == FAILURE_CONFLICT ||
                        (failure->kind == FAILURE_STALE_PLAN && ++save->call.tries < TRIES_MAX)) {
                        pgfailure_unref(save->call.failure);
                        save->call.failure = failure;
                        save_again(pg, save);
                } else {
                        pgcall_finish(&save->call, failure);
                }
                break;
        case SEGMENT_NOT_DONE:
                if (++save->call.tries < TRIES_MAX)
                        save_again(pg, save);
                else
                        pgcall_finish(
                                &save->call, pgfailure_new(PG_FAULT_DOWN, "the connection broke again"));
                break;
        case SEGMENT_UNKNOWN:
                pgcall_finish(&save->call,
                        pgfailure_new(PG_FAULT_UNKNOWN, "the connection broke after it was sent"));
                break;
        }
        pgsegment_free(segment);
        pglocked_flush(pg);
}

/* For its transaction alone; the connection's own value is for transactions. */
static void send_save(LockedSlot *slot, SaveCall *save)
{
        Segment *segment = pgsegment_new(2, true, on_save_done, slot);
        int64_t left_ms = (save->call.deadline_us - clock_monotonic()) / 1000;
        int ms = left_ms < 1 ? 1 : left_ms > ATTEMPT_MS ? ATTEMPT_MS : (int)left_ms;
        char text[16];
        const char *values[1] = {text};
        const int lengths[1] = {snprintf(text, sizeof text, "%d", ms)};
        static const uint32_t types[1] = {PG_TEXT};
        SegmentStep *set = &segment->steps[0];

        pgsegment_add_sql(segment,
                "SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', '5000', true)");
        set->n_args = 1;
        set->types = types;
        set->values = values;
        set->lengths = lengths;
        pgsegment_add(segment, &save->write->stmt);
        slot->save = save;
        slot->pg->locked.n_saves++;
        save->call.state = CALL_SENT;
        pgconn_send(slot->conn, segment);
}

static void flush_moved(Pg *pg)
{
        Locked *locked = &pg->locked;
        unsigned most = locked->n > 1 ? locked->n / 2 : 1;
        Call *call, *next;
        LockedSlot *slot;

        for (call = TAILQ_FIRST(&locked->moved.calls); call; call = next) {
                SaveCall *save = (SaveCall *)call;

                next = TAILQ_NEXT(call, link);
                if (locked->n_saves >= most || !(slot = find_free(locked)))
                        return;
                if (runs(locked, save->write))
                        continue;
                pgqueue_remove(call);
                send_save(slot, save);
        }
}

/* ---- lending ---- */

static void flush_transactions(Pg *pg)
{
        LockedSlot *slot;

        while (pg->locked.waiting.n && (slot = find_free(&pg->locked)))
                pgtx_lend(slot, pgqueue_take(&pg->locked.waiting));
}

void pglocked_flush(Pg *pg)
{
        if (pg->closing)
                return;
        flush_moved(pg);
        flush_transactions(pg);
}

/* ---- the connections ---- */

static void on_changed(PgConn *conn, void *arg)
{
        LockedSlot *slot = arg;

        if (conn->state != CONN_UP)
                pgtx_lost(slot);
}

int pglocked_open(Pg *pg, PgFailure **ret_failure)
{
        Locked *locked = &pg->locked;

        locked->slots = heap_new(pg->config.locked_connections * sizeof *locked->slots);
        for (; locked->n < pg->config.locked_connections; locked->n++) {
                LockedSlot *slot = &locked->slots[locked->n];

                slot->pg = pg;
                slot->conn = pgpool_conn(pg, "locked", LOCKED_SETTINGS, on_changed, slot, ret_failure);
                if (!slot->conn)
                        return PG_FAULT;
        }
        return 0;
}

void pglocked_close(Pg *pg)
{
        Locked *locked = &pg->locked;
        PgFailure *failure = pgfailure_new(PG_FAULT_DOWN, "closed");

        for (unsigned i = 0; i < locked->n; i++) {
                pgtx_lost(&locked->slots[i]);
                locked->slots[i].conn = pgconn_free(locked->slots[i].conn);
        }
        pgqueue_finish(&locked->waiting, failure);
        pgqueue_finish(&locked->moved, failure);
        pgfailure_unref(failure);
        free(locked->slots);
}
