/* Opens and closes a daemon's connections; the turn hook; counters. */
#include <stdio.h>

#include "pg/heap.h"
#include "pg/pool.h"

#define LIST_CONNECTIONS   4
#define LOCKED_CONNECTIONS 4
#define WRITE_CONNECTIONS  2
#define LIST_TIMEOUT_MS    10000

static void on_turn(void *arg)
{
        Pg *pg = arg;

        pgreader_flush(pg);
        pgwriter_flush(pg);
        pglist_flush(pg);
        pglocked_flush(pg);
}

PgConn *pgpool_conn(Pg *pg, const char *role, const char *settings, void (*changed)(PgConn *conn, void *arg),
        void *arg, PgFailure **ret_failure)
{
        ConnConfig config = {
                .conninfo = pg->config.conninfo,
                .role = role,
                .settings = settings,
                .reconnect = true,
                .changed = changed,
                .arg = arg,
        };

        return pgconn_new(pg->loop, &config, ret_failure);
}

bool pgconn_usable(const PgConn *conn)
{
        return conn->state == CONN_UP && !conn->breaking;
}

int pg_open(Loop *loop, const PgConfig *config, Pg **ret)
{
        Pg *pg = heap_new(sizeof *pg);
        PgFailure *failure = NULL;
        int r;

        pg->loop = loop;
        pg->config = *config;
        if (!pg->config.write_connections)
                pg->config.write_connections = WRITE_CONNECTIONS;
        if (!pg->config.list_connections)
                pg->config.list_connections = LIST_CONNECTIONS;
        if (!pg->config.locked_connections)
                pg->config.locked_connections = LOCKED_CONNECTIONS;
        if (pg->config.list_timeout_ms <= 0)
                pg->config.list_timeout_ms = LIST_TIMEOUT_MS;
        pgqueue_init(&pg->reader.waiting);
        pgqueue_init(&pg->lists.waiting);
        pgqueue_init(&pg->locked.waiting);
        pgqueue_init(&pg->locked.moved);
        loop_on_turn(loop, on_turn, pg);
        r = pgreader_open(pg, &failure);
        r = r ? r : pgwriter_open(pg, &failure);
        r = r ? r : pglist_open(pg, &failure);
        r = r ? r : pglocked_open(pg, &failure);
        if (r < 0) {
                pg_close(pg);
                return pgfailure_tell(failure);
        }
        *ret = pg;
        return 0;
}

Pg *pg_close(Pg *pg)
{
        if (!pg)
                return NULL;
        loop_off_turn(pg->loop, on_turn, pg);
        pg->closing = true;
        pgreader_close(pg);
        pgwriter_close(pg);
        pglist_close(pg);
        pglocked_close(pg);
        free(pg);
        return NULL;
}

bool pg_ready(const Pg *pg)
{
        bool ready = pgconn_usable(pg->reader.conn);

        for (unsigned i = 0; i < pg->n_writers; i++)
                ready = ready && pgconn_usable(pg->writers[i].conn);
        for (unsigned i = 0; i < pg->lists.n; i++)
                ready = ready && pgconn_usable(pg->lists.slots[i].conn);
        for (unsigned i = 0; i < pg->locked.n; i++)
                ready = ready && pgconn_usable(pg->locked.slots[i].conn);
        return ready;
}

static void add_conn(PgStats *stats, const PgConn *conn)
{
        stats->connections++;
        stats->connections_up += conn->state == CONN_UP;
        stats->prepared += conn->prepared.n;
        stats->reconnects += conn->losses;
}

void pg_stats(const Pg *pg, PgStats *ret)
{
        *ret = pg->stats;
        ret->list_waiting = pg->lists.waiting.n;
        ret->write_waiting = pg->locked.moved.n;
        ret->locked_waiting = pg->locked.waiting.n;
        add_conn(ret, pg->reader.conn);
        for (unsigned i = 0; i < pg->n_writers; i++) {
                ret->write_waiting += pg->writers[i].waiting.n + pg->writers[i].again.n;
                add_conn(ret, pg->writers[i].conn);
        }
        for (unsigned i = 0; i < pg->lists.n; i++) {
                ret->list_busy += pg->lists.slots[i].busy;
                add_conn(ret, pg->lists.slots[i].conn);
        }
        for (unsigned i = 0; i < pg->locked.n; i++) {
                const LockedSlot *slot = &pg->locked.slots[i];
                ret->locked_busy += slot->save || slot->tx || slot->ending;
                add_conn(ret, slot->conn);
        }
}
