/* Leases with an epoch, in table `lease`. Owns nothing: the connection is the caller's. */
#include <stdio.h>

#include "entity/lease.h"

#define SECONDS "make_interval(secs => 10)"
_Static_assert(LEASE_US == 10000000, "as in SECONDS");

void lease_init(Lease *lease, const char *service, const char *name, const Uuid *holder)
{
        uint64_t hash = UINT64_C(0xcbf29ce484222325);

        *lease = (Lease){.holder = *holder};
        (void)snprintf(lease->name, sizeof lease->name, "%s", name);
        for (const char *p = service; *p; p++)
                hash = (hash ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
        hash = (hash ^ '/') * UINT64_C(0x100000001b3);
        for (const char *p = name; *p; p++)
                hash = (hash ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
        lease->key = (int64_t)hash;
}

/* The lock may be had later than the lease, when the former holder hung. */
static int try_lock(PgConn *conn, Lease *lease)
{
        if (lease->locked)
                return 0;
        int r = pg_conn_try_lock(conn, lease->key);
        lease->locked = r == 0;
        return r < 0 ? r : 0;
}

int lease_take(PgConn *conn, Lease *lease)
{
        static const char sql[] =
                "INSERT INTO lease (name, holder, epoch, expires_at) VALUES ($1, $2, 1, now() + " SECONDS ") "
                "ON CONFLICT (name) DO UPDATE SET holder = $2, epoch = lease.epoch + 1, expires_at = EXCLUDED.expires_at "
                "WHERE $3 OR lease.expires_at < now() RETURNING epoch";
        int r = try_lock(conn, lease);
        if (r < 0)
                return r;
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(lease->name));
        (void)pg_arg_uuid(args, &lease->holder);
        (void)pg_arg_bool(args, lease->locked);
        r = pg_conn_exec(conn, arena, &(PgStmt){sql, args}, 1, &rows);
        if (r == 0 && pg_rows(rows) == 0)
                r = LEASE_LOST;
        if (r == 0) {
                lease->epoch = pg_int(rows, 0, 0);
                lease->renewed_at = clock_monotonic();
        }
        (void)arena_free(arena);
        return r;
}

PgStmt lease_fence(Arena *arena, const Lease *lease)
{
        static const char sql[] = "UPDATE lease SET expires_at = now() + " SECONDS
                                  " WHERE name = $1 AND holder = $2 AND epoch = $3 RETURNING epoch";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_text(args, str_of(lease->name));
        (void)pg_arg_uuid(args, &lease->holder);
        (void)pg_arg_int8(args, lease->epoch);
        return (PgStmt){sql, args};
}

int lease_renew(PgConn *conn, Lease *lease, bool at_once)
{
        if (!at_once && clock_monotonic() - lease->renewed_at < LEASE_RENEW_US)
                return 0;
        int r = try_lock(conn, lease);
        if (r < 0)
                return r;
        Arena *arena = arena_new();
        PgStmt fence = lease_fence(arena, lease);
        PgRows *rows;

        r = pg_conn_exec(conn, arena, &fence, 1, &rows);
        if (r == 0 && pg_rows(rows) == 0)
                r = LEASE_LOST;
        if (r == 0)
                lease->renewed_at = clock_monotonic();
        (void)arena_free(arena);
        return r;
}

void lease_give_up(PgConn *conn, Lease *lease)
{
        static const char sql[] = "UPDATE lease SET expires_at = now() - make_interval(secs => 1) "
                                  "WHERE name = $1 AND holder = $2 AND epoch = $3";
        Arena *arena = arena_new();
        PgStmt stmt = lease_fence(arena, lease);
        PgRows *rows;

        stmt.sql = sql;
        (void)pg_conn_exec(conn, arena, &stmt, 1, &rows);
        (void)arena_free(arena);
}
