/* The relay: publishes the service's outbox to its stream, in seq order. It owns the lease "relay", a
 * connection of its own and the removal of outbox rows; emits ev.<service>.>. Each message names the sequence
 * it must follow, so whatever else is under way (a former relay, a message of ours in flight) can only be the
 * next one or be refused. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "entity/authz_wait.h"
#include "entity/relay.h"

#define SETTLE_US  INT64_C(20000)
#define BACKOFF_US INT64_C(50000)
/* A pass with few events waits a little for company: a pass costs the same for one and for fifty. */
#define PACE_US    INT64_C(1000)
#define PACE_BELOW 50

/* The planner knows nothing of a table that is empty most of the time; a row that is removed too late is
 * found again. */
static const char session_sql[] =
        "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
        "SET jit = off; SET synchronous_commit = off; SET timezone = 'UTC'";

static void relay_task(void *arg);

static void on_poke(void *arg, const char *subject, const void *data, size_t len)
{
        relay_wake(arg);
}

void relay_wake(Relay *relay)
{
        relay->poked = true;
        if (relay->sleeping)
                task_wake(relay->task);
}

int relay_start(Entity *entity)
{
        Events *events = events_of(entity);
        Relay *relay = calloc(1, sizeof *relay);

        if (!relay)
                abort();
        relay->entity = entity;
        relay->arena = arena_new();
        relay->stream = strdup(entity->service_name);
        for (char *p = relay->stream; p && *p; p++)
                *p = (char)toupper((unsigned char)*p);
        lease_init(&relay->lease, entity->service_name, "relay", &entity->replica);
        events->relay = relay;
        const char *poke = arena_printf(relay->arena, "poke.%s", entity->service_name);
        int r = bus_subscribe(entity->bus, poke, on_poke, relay);
        if (r == 0)
                r = events_spawn(entity, relay_task, relay, &relay->task);
        return r;
}

Relay *relay_free(Relay *relay)
{
        if (relay) {
                (void)arena_free(relay->arena);
                free(relay->stream);
                free(relay);
        }
        return NULL;
}

void relay_poke(Entity *entity)
{
        char subject[100];

        authz_committed(entity);
        if (entity->events && entity->events->relay && entity->events->stats.relaying) {
                relay_wake(entity->events->relay);
                return;
        }
        (void)snprintf(subject, sizeof subject, "poke.%s", entity->service_name);
        bus_publish(entity->bus, subject, "", 0);
}

static void relay_wait(Relay *relay, int64_t us)
{
        int64_t until = clock_monotonic() + us;

        relay->sleeping = true;
        while (!relay->poked && !relay->entity->stopping && task_park_until(until))
                continue;
        relay->sleeping = false;
        relay->poked = false;
}

/* ---- one pass ---- */

static PgStmt claim_stmt(Relay *relay)
{
        static const char sql[] =
                "SELECT o.seq, o.last_seq, (SELECT max(seq) FROM outbox), " EVENT_COLUMNS
                " FROM (SELECT seq, last_seq, "
                "sum(coalesce(last_seq, seq) - seq + 1) OVER (ORDER BY seq) - (coalesce(last_seq, seq) - seq + 1) AS ahead "
                "FROM (SELECT seq, last_seq FROM outbox ORDER BY seq LIMIT $1) f) o "
                "LEFT JOIN event e ON e.seq BETWEEN o.seq AND coalesce(o.last_seq, o.seq) "
                "AND (o.last_seq IS NULL OR e.batch = o.seq) WHERE o.ahead < $1 ORDER BY o.seq, e.seq";
        PgArgs *args = pg_args(relay->arena);

        (void)pg_arg_int8(args, RELAY_CLAIM);
        return (PgStmt){sql, args};
}

PgStmt relay_forget_stmt(Relay *relay)
{
        PgArgs *args = pg_args(relay->arena);

        (void)pg_arg_int8_array(args, relay->acked, relay->n_acked);
        return (PgStmt){"DELETE FROM outbox WHERE seq = ANY($1)", args};
}

int relay_forget(Relay *relay)
{
        PgRows *rows;

        if (relay->n_acked == 0)
                return 0;
        arena_reset(relay->arena);
        PgStmt stmt = relay_forget_stmt(relay);
        int r = pg_conn_exec(relay->conn, relay->arena, &stmt, 1, &rows);
        if (r == 0)
                relay->n_acked = 0;
        return r > 0 ? PG_FAULT : r;
}

/* First in its transaction: the xid must be taken after the sequence was read. */
static const char horizon_sql[] = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END, "
                                  "pg_current_xact_id()::text::bigint, "
                                  "pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM event_seq_seq";

static void settle(Relay *relay, const PgRows *rows)
{
        if (relay->pending_xid && pg_int(rows, 0, 2) > relay->pending_xid) {
                relay->settled = relay->pending;
                relay->pending_xid = 0;
        }
        if (!relay->pending_xid) {
                relay->pending = pg_int(rows, 0, 0);
                relay->pending_xid = pg_int(rows, 0, 1);
        }
        relay->pending_at = clock_monotonic();
}

static void count_waiting(Relay *relay, const PgRows *rows)
{
        int n = pg_rows(rows);
        int64_t waiting = n;

        if (n >= RELAY_CLAIM)
                waiting += pg_int(rows, 0, RELAY_NEWEST) - pg_int(rows, n - 1, RELAY_HEAD);
        relay->entity->events->stats.outbox = waiting;
        relay->entity->events->stats.oldest_at = n > 0 ? pg_timestamptz(rows, 0, RELAY_EVENT + 6) : 0;
}

static void acknowledged(Relay *relay, const RelayOut *out, unsigned n)
{
        for (unsigned i = 0; i < n; i++) {
                relay->entity->events->stats.published += out->events[i];
                if (out->heads[i])
                        relay->acked[relay->n_acked++] = out->heads[i];
        }
        relay->last_seq += n;
}

enum Pass { PASS_IDLE = 0, PASS_DONE = 1, PASS_RESYNC = 2 };

static int publish(Relay *relay, const PgRows *rows)
{
        RelayOut out;

        count_waiting(relay, rows);
        relay_out(relay, rows, &out);
        for (unsigned i = 0; i < out.n_empty && relay->n_acked < RELAY_CLAIM; i++)
                relay->acked[relay->n_acked++] = out.empty[i];
        if (out.n == 0)
                return out.n_empty ? PASS_DONE : PASS_IDLE;
        unsigned done = bus_js_publish(relay->entity->bus, out.messages, out.n, RELAY_ACK_US);
        acknowledged(relay, &out, done);
        if (done == out.n)
                return PASS_DONE;
        log_debug(NULL, "relay.resync", KV("error", out.messages[done].error), KV("acked", done),
                KV("of", out.n));
        return PASS_RESYNC;
}

/* Removes what the pass before has published, claims and publishes: enum Pass, or < 0. */
static int relay_pass(Relay *relay)
{
        PgStmt stmts[3];
        PgRows *rows[3];
        unsigned n = 0;

        arena_reset(relay->arena);
        bool settling = relay->n_acked && clock_monotonic() - relay->pending_at > SETTLE_US;
        if (settling)
                stmts[n++] = (PgStmt){horizon_sql, NULL};
        if (relay->n_acked)
                stmts[n++] = relay_forget_stmt(relay);
        stmts[n++] = claim_stmt(relay);
        int r = pg_conn_exec(relay->conn, relay->arena, stmts, n, rows);
        if (r != 0)
                return r > 0 ? PG_FAULT : r;
        relay->n_acked = 0;
        if (settling)
                settle(relay, rows[0]);
        return publish(relay, rows[n - 1]);
}

/* ---- the task ---- */

static void back_off(Relay *relay)
{
        events_sleep(relay->entity, BACKOFF_US << (relay->failures < 4 ? relay->failures : 4));
        relay->failures++;
}

/* Until the stream's end is known: 0, LEASE_LOST or < 0; also when the daemon stops. */
static int recover(Relay *relay)
{
        while (!relay->entity->stopping) {
                int r = bus_connected(relay->entity->bus) ? relay_resync(relay) : BUS_E_DOWN;
                if (r <= 0 || r == LEASE_LOST)
                        return r;
                back_off(relay);
        }
        return 0;
}

/* Publishes until the lease is lost, the connection fails or the daemon stops. */
static int relay_run(Relay *relay)
{
        int r = recover(relay);

        while (r == 0 && !relay->entity->stopping) {
                int pass = bus_connected(relay->entity->bus) ? relay_pass(relay) : PASS_RESYNC;
                if (pass < 0)
                        return pass;
                if (pass == PASS_IDLE)
                        relay_wait(relay, RELAY_POLL_US);
                if (pass == PASS_DONE) {
                        relay->failures = 0;
                        if (relay->n_acked < PACE_BELOW)
                                task_sleep(PACE_US);
                }
                if (pass == PASS_RESYNC && relay->failures > 0)
                        back_off(relay);
                r = pass == PASS_RESYNC ? recover(relay) : lease_renew(relay->conn, &relay->lease, false);
                relay->failures += pass == PASS_RESYNC;
        }
        if (r == 0)
                (void)relay_forget(relay);
        return r;
}

static void relay_session(Relay *relay)
{
        Entity *entity = relay->entity;
        int r = pg_conn_script(relay->conn, session_sql);

        while (r == 0 && !entity->stopping && (r = lease_take(relay->conn, &relay->lease)) == LEASE_LOST) {
                r = 0;
                events_sleep(entity, 1000000);
        }
        if (r != 0)
                events_fault(entity, relay->lease.name, r);
        if (r != 0 || entity->stopping)
                return;
        relay->settled = relay->pending_xid = 0;
        relay->n_acked = 0;
        entity->events->stats.relaying = true;
        r = relay_run(relay);
        entity->events->stats.relaying = false;
        if (r != 0)
                events_fault(entity, relay->lease.name, r);
        lease_give_up(relay->conn, &relay->lease);
}

static void relay_task(void *arg)
{
        Relay *relay = arg;
        Entity *entity = relay->entity;

        while (!entity->stopping) {
                if (pg_conn_open(entity->loop, entity->conninfo, &relay->conn) == 0) {
                        relay_session(relay);
                        relay->conn = pg_conn_close(relay->conn);
                        relay->lease.locked = false;
                }
                if (!entity->stopping)
                        events_sleep(entity, BACKOFF_US * 4);
        }
        events_ended(entity);
}
