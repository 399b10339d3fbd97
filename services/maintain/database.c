/* One service's schema, as its owner: migrations, the next partition of `event`, what is old in `idem` and
 * `inbox`. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "maintain.h"
#include "pg/migrate.h"

#define CHUNK_PAUSE_US INT64_C(20000)

static bool failed(const char *name, const char *what, const char *why)
{
        log_error(NULL, what, KV("schema", name), KV("reason", why ? why : ""));
        return false;
}

/* The folder of a service whose name has a '-' is written with it. */
static void folder_of(const Maintain *maintain, const char *set, char *ret, size_t size)
{
        struct stat st;
        int n = snprintf(ret, size, "%s/%s", maintain->migrations, set);

        if (n < 0 || (size_t)n >= size || stat(ret, &st) == 0)
                return;
        for (char *p = ret + strlen(maintain->migrations); *p; p++)
                if (*p == '_')
                        *p = '-';
}

static bool migrate(Maintain *maintain, PgConn *conn, const char *name, const char *set)
{
        MigrateResult result;
        char folder[600];

        folder_of(maintain, set, folder, sizeof folder);
        if (migrate_run(conn, folder, set, name, &result) != 0)
                return failed(name, "cannot migrate", result.error);
        log_info(NULL, "migrated", KV("schema", name), KV("set", set), KV("applied", result.applied),
                KV("present", result.present));
        return true;
}

static bool make_partition(PgConn *conn, Arena *arena, const char *name)
{
        PgRows *rows;

        if (pg_conn_script(conn, "SET lock_timeout = '2s'") != 0 ||
                pg_conn_exec(conn, arena, &(PgStmt){.sql = "SELECT event_next_partition()"}, 1, &rows) != 0)
                return failed(name, "cannot make the next partition of event", pg_error());
        if (!pg_null(rows, 0, 0))
                log_info(NULL, "partition made", KV("schema", name), KV("partition", pg_text(rows, 0, 0).p));
        return true;
}

/* A statement that deletes a chunk and tells how many rows it was, until it is none. */
static bool clear(Maintain *maintain, PgConn *conn, const char *name, const char *table, const char *sql)
{
        int64_t total = 0, n = 1;

        while (n > 0 && !maintain->stopping) {
                Arena *arena = arena_new();
                PgRows *rows;
                int r = pg_conn_exec(conn, arena, &(PgStmt){.sql = sql}, 1, &rows);
                n = r == 0 ? pg_int(rows, 0, 0) : -1;
                (void)arena_free(arena);
                total += n > 0 ? n : 0;
                if (n > 0)
                        task_sleep(CHUNK_PAUSE_US);
        }
        if (n < 0)
                return failed(name, "cannot clear what is old", pg_error());
        if (total > 0)
                log_info(NULL, "cleared", KV("schema", name), KV("table", table), KV("rows", total));
        return true;
}

static bool clear_old(Maintain *maintain, PgConn *conn, const char *name)
{
        static const char idem[] =
                "WITH d AS (DELETE FROM idem WHERE (principal, key) IN (SELECT principal, key FROM idem "
                "WHERE at < now() - interval '7 days' ORDER BY at LIMIT 5000) RETURNING 1) SELECT count(*) FROM d";
        /* What is not settled yet may come again however old it is. */
        static const char inbox[] =
                "WITH d AS (DELETE FROM inbox WHERE (consumer, event_id) IN (SELECT i.consumer, i.event_id FROM inbox i "
                "JOIN consumer_state s ON s.source = i.source WHERE i.at < now() - interval '14 days' "
                "AND i.seq <= s.settled LIMIT 5000) RETURNING 1) SELECT count(*) FROM d";

        return clear(maintain, conn, name, "idem", idem) && clear(maintain, conn, name, "inbox", inbox);
}

bool database_maintain(Maintain *maintain, const char *name, const char *conninfo)
{
        Arena *arena = arena_new();
        PgConn *conn;
        bool good;

        if (pg_conn_open(maintain->loop, conninfo, &conn) != 0) {
                (void)arena_free(arena);
                return failed(name, "cannot reach PostgreSQL as the schema's owner", pg_error());
        }
        good = migrate(maintain, conn, name, "entity") && migrate(maintain, conn, name, name) &&
               make_partition(conn, arena, name) && clear_old(maintain, conn, name);
        conn = pg_conn_close(conn);
        (void)arena_free(arena);
        return good;
}
