/* How far the log is settled, for those who need not know it to the last number: one look at the database
 * for all who ask, and what was known before when transactions are under way. */
#include "entity/events_private.h"

#define WAIT_US       INT64_C(60000)
#define FIRST_WAIT_US INT64_C(2000000) /* nothing is known yet */
#define PAUSE_US      INT64_C(4000)

/* Reads the last number given out and the oldest transaction that runs, in this order. */
static int look(Entity *entity, Arena *arena, int64_t deadline, int64_t *ret_last, int64_t *ret_xmin)
{
        static const char last_sql[] =
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_seq_seq";
        static const char xmin_sql[] = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        const PgStmt stmts[] = {{.sql = last_sql}, {.sql = xmin_sql}};
        PgRows *rows[2];

        int r = pg_read(entity->pg, arena, stmts, 2, deadline, rows);
        if (r == 0) {
                *ret_last = pg_int(rows[0], 0, 0);
                *ret_xmin = pg_int(rows[1], 0, 0);
        }
        return r;
}

/* What is pending is settled once nobody runs who was there before its xid was taken. */
static void settle(Horizon *horizon, int64_t xmin)
{
        if (horizon->pending_xid == 0 || xmin <= horizon->pending_xid)
                return;
        horizon->known = true;
        if (horizon->pending > horizon->settled)
                horizon->settled = horizon->pending;
        horizon->pending_xid = 0;
}

int events_settled(Entity *entity, Arena *arena, int64_t deadline, int64_t *ret)
{
        Horizon *horizon = &events_of(entity)->horizon;
        int64_t until = clock_monotonic() + (horizon->known ? WAIT_US : FIRST_WAIT_US);
        int64_t last, xmin, seq, xid;

        for (;;) {
                int r = look(entity, arena, deadline, &last, &xmin);
                if (r != 0)
                        return r;
                settle(horizon, xmin);
                if (horizon->known && (horizon->settled >= last || clock_monotonic() > until)) {
                        *ret = horizon->settled;
                        return 0;
                }
                if (clock_monotonic() > until)
                        return PG_E_TIMEOUT;
                if (horizon->pending_xid != 0) {
                        task_sleep(PAUSE_US);
                        continue;
                }
                r = events_last(entity, arena, deadline, &seq, &xid);
                if (r != 0)
                        return r;
                if (horizon->pending_xid == 0)
                        *horizon = (Horizon){horizon->known, horizon->settled, seq, xid};
        }
}
