/* The transactions of a feed: none commits once another replica has the lease. */
#include "entity/feed.h"

#define STMTS_MAX 8

int feed_begin(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        PgStmt all[STMTS_MAX + 2] = {{.sql = "BEGIN"}, lease_fence(arena, &feed->lease)};
        PgRows *rows[STMTS_MAX + 2];

        for (unsigned i = 0; i < n; i++)
                all[2 + i] = stmts[i];
        int r = pg_conn_exec(feed->conn, arena, all, n + 2, rows);
        if (r == 0 && pg_rows(rows[1]) == 0)
                r = LEASE_LOST;
        if (r != 0) {
                feed_rollback(feed);
                return r;
        }
        feed->lease.renewed_at = clock_monotonic();
        for (unsigned i = 0; i < n; i++)
                ret[i] = rows[2 + i];
        return 0;
}

int feed_commit(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n)
{
        PgStmt all[STMTS_MAX + 1];
        PgRows *rows[STMTS_MAX + 1];

        for (unsigned i = 0; i < n; i++)
                all[i] = stmts[i];
        all[n] = (PgStmt){.sql = "COMMIT"};
        int r = pg_conn_exec(feed->conn, arena, all, n + 1, rows);
        if (r != 0)
                feed_rollback(feed);
        return r;
}

/* What failed before is what counts. */
void feed_rollback(Feed *feed)
{
        if (pg_conn_up(feed->conn))
                (void)pg_conn_script(feed->conn, "ROLLBACK");
}

int feed_transaction(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        int r = feed_begin(feed, arena, stmts, n, ret);

        return r ? r : feed_commit(feed, arena, NULL, 0);
}
