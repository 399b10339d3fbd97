/* Transactions that do nothing once another replica has the lease. */
#include "entity/lease.h"

int lease_begin(PgConn *conn, Lease *lease, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        PgStmt all[LEASE_STMTS + 2] = {{.sql = "BEGIN"}, lease_fence(arena, lease)};
        PgRows *rows[LEASE_STMTS + 2];

        for (unsigned i = 0; i < n; i++)
                all[2 + i] = stmts[i];
        int r = pg_conn_exec(conn, arena, all, n + 2, rows);
        if (r == 0 && pg_rows(rows[1]) == 0)
                r = LEASE_LOST;
        if (r != 0) {
                lease_rollback(conn);
                return r;
        }
        lease->renewed_at = clock_monotonic();
        for (unsigned i = 0; i < n; i++)
                ret[i] = rows[2 + i];
        return 0;
}

int lease_commit(PgConn *conn, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        PgStmt all[LEASE_STMTS + 1];
        PgRows *rows[LEASE_STMTS + 1];

        for (unsigned i = 0; i < n; i++)
                all[i] = stmts[i];
        all[n] = (PgStmt){.sql = "COMMIT"};
        int r = pg_conn_exec(conn, arena, all, n + 1, rows);
        if (r != 0)
                lease_rollback(conn);
        for (unsigned i = 0; r == 0 && ret && i < n; i++)
                ret[i] = rows[i];
        return r;
}

/* What failed before is what counts. */
void lease_rollback(PgConn *conn)
{
        if (pg_conn_up(conn))
                (void)pg_conn_script(conn, "ROLLBACK");
}
