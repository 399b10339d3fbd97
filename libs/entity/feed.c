/* The task of one source: holds the lease, pulls from the durable, applies in the stream's order,
 * acknowledges after the commit. Owns consumer_state. A hole in the stream's sequence means that messages are
 * unacknowledged elsewhere or gone: the owner is asked for what is missing before anything later is applied.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entity/feed.h"

#define PAUSE_US    INT64_C(250000)
#define CHECK_US    INT64_C(60000000) /* between two looks at the owner while nothing comes */
#define RETRY_US    INT64_C(2000000)
#define FETCH_BYTES ((size_t)2 << 20) /* aimed at in one batch */
#define FETCH_FIRST 32

static void feed_task(void *arg);

static Feed *feed_new(Entity *entity, const char *source)
{
        Feed *feed = calloc(1, sizeof *feed);
        char name[80];

        if (!feed)
                abort();
        feed->entity = entity;
        feed->source = strdup(source);
        feed->stream = strdup(source);
        for (char *p = feed->stream; p && *p; p++)
                *p = (char)toupper((unsigned char)*p);
        feed->fetch = FETCH_FIRST;
        (void)snprintf(name, sizeof name, "events.%s", source);
        lease_init(&feed->lease, entity->service_name, name, &entity->replica);
        return feed;
}

Feed *feed_free(Feed *feed)
{
        Feed *next = feed->next;

        free(feed->source);
        free(feed->stream);
        free(feed);
        return next;
}

Feed *feed_of(const Entity *entity, const char *source)
{
        Feed *feed = entity->events ? entity->events->feeds : NULL;

        while (feed && !streq(feed->source, source))
                feed = feed->next;
        return feed;
}

int consumers_start(Entity *entity, const char *source, const Consumer *consumers, unsigned n)
{
        Events *events = events_of(entity);
        Feed *feed = feed_of(entity, source);
        bool fresh = !feed;
        if (fresh) {
                feed = feed_new(entity, source);
                feed->next = events->feeds;
                events->feeds = feed;
        }
        if (feed->n + n > FEED_CONSUMERS_MAX)
                return -E2BIG;
        for (unsigned i = 0; i < n; i++)
                feed->consumers[feed->n++] = &consumers[i];
        return fresh ? events_spawn(entity, feed_task, feed, NULL) : 0;
}

/* ---- one pass ---- */

/* A batch with few events waits a little for company: a fetch, its transaction and its acks cost the server
 * and the database the same for one and for fifty. */
#define PACE_US    INT64_C(1000)
#define PACE_BELOW 50

/* Few at first, more while they are small and many: a batch is about FETCH_BYTES. */
static void plan_fetch(Feed *feed, const BusMessage *messages, unsigned n)
{
        size_t bytes = 1;

        for (unsigned i = 0; i < n; i++)
                bytes += messages[i].len;
        size_t fit = n ? FETCH_BYTES * n / bytes : FETCH_FIRST;
        size_t next = n < feed->fetch ? FETCH_FIRST : (size_t)feed->fetch * 2;
        if (next > fit)
                next = fit;
        feed->fetch = next < 1 ? 1 : next > FEED_MESSAGES_MAX ? FEED_MESSAGES_MAX : (unsigned)next;
}

/* Asks the owner when nothing comes: a stream that lost everything says nothing. */
static int look(Feed *feed)
{
        if (feed->checked_at && clock_monotonic() - feed->checked_at < CHECK_US)
                return 0;
        int r = catch_up(feed);
        if (r == 0)
                feed->checked_at = clock_monotonic();
        return r;
}

/* What a message says of the numbers that are settled is a little behind: who cannot wait for the next one
 * asks. It takes until the owner's transactions of that moment have ended; events that come meanwhile are not
 * held up. */
#define AHEAD_US  INT64_C(20000)
#define WANTED_US INT64_C(5000000)

void feed_want(Feed *feed, int64_t seq)
{
        feed->wanted_until = clock_monotonic() + WANTED_US;
        if (seq > feed->wanted)
                feed->wanted = seq;
}

static bool is_wanted(Feed *feed)
{
        if (feed->wanted <= feed->settled || clock_monotonic() > feed->wanted_until)
                feed->wanted = 0;
        return feed->wanted > 0;
}

/* 0 = go on; > 0 = the bus or the owner is away: wait; LEASE_LOST or < 0 = the session is over. */
static int feed_pass(Feed *feed)
{
        Bus *bus = feed->entity->bus;
        BusMessage *messages;
        unsigned n;

        int r = lease_renew(feed->conn, &feed->lease, false);
        if (r == 0 && clock_monotonic() - feed->replayed_at > RETRY_US) {
                feed->replayed_at = clock_monotonic();
                r = dead_letters_retry(feed);
        }
        if (r != 0)
                return r;
        if (!bus_connected(bus))
                return BUS_E_DOWN;
        Arena *arena = arena_new();
        r = bus_js_fetch(bus, arena, feed->stream, feed->entity->service_name, feed->fetch,
                is_wanted(feed) ? AHEAD_US : EVENTS_FETCH_US, &messages, &n);
        if (r == 0) {
                plan_fetch(feed, messages, n);
                r = n ? feed_batch(feed, arena, messages, n) : look(feed);
        }
        if (r == 0 && is_wanted(feed))
                r = catch_up_to(feed, feed->wanted);
        (void)arena_free(arena);
        if (r == 0 && n > 0 && n < PACE_BELOW)
                task_sleep(PACE_US);
        return r;
}

/* ---- the task ---- */

/* Where this source stands; the first time, from the owner's horizon on. 0, > 0 when the owner is away, < 0.
 */
static int load_state(Feed *feed, Arena *arena)
{
        static const char sql[] = "SELECT stream_seq, settled FROM consumer_state WHERE source = $1";
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(feed->source));
        int r = pg_conn_exec(feed->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        if (r != 0)
                return r;
        feed->stream_seq = feed->settled = 0;
        if (pg_rows(rows) > 0) {
                feed->stream_seq = pg_int(rows, 0, 0);
                feed->settled = pg_int(rows, 0, 1);
                return 0;
        }
        r = catch_up_horizon(feed, &feed->settled);
        PgStmt stmt = feed_position_stmt(feed, arena, 0, feed->settled);
        return r ? r : feed_transaction(feed, arena, &stmt, 1, &rows);
}

static int start_consumers(Feed *feed)
{
        Arena *arena = arena_new();
        int r = load_state(feed, arena);

        for (unsigned i = 0; i < feed->n && r == 0; i++)
                r = feed->consumers[i]->start ? feed->consumers[i]->start(feed) : 0;
        (void)arena_free(arena);
        feed->checked_at = 0;
        feed->restart = false;
        return r;
}

/* Events touch few rows, by key; of a table that is filling the planner believes otherwise. */
static const char session_sql[] =
        "SET timezone = 'UTC'; SET lock_timeout = '5s'; SET jit = off; "
        "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

static void feed_session(Feed *feed)
{
        Entity *entity = feed->entity;
        int r = pg_conn_script(feed->conn, session_sql);

        while (r == 0 && !entity->stopping && (r = lease_take(feed->conn, &feed->lease)) == LEASE_LOST) {
                r = 0;
                events_sleep(entity, 1000000);
        }
        if (r == 0 && !entity->stopping)
                r = start_consumers(feed);
        while (r == 0 && !entity->stopping && !feed->restart) {
                r = feed_pass(feed);
                if (r > 0 && r != LEASE_LOST) {
                        events_sleep(entity, PAUSE_US);
                        r = 0;
                }
        }
        if (r < 0 || r == LEASE_LOST)
                events_fault(entity, feed->lease.name, r);
        if (pg_conn_up(feed->conn))
                lease_give_up(feed->conn, &feed->lease);
}

static void feed_task(void *arg)
{
        Feed *feed = arg;
        Entity *entity = feed->entity;

        while (!entity->stopping) {
                if (pg_conn_open(entity->loop, entity->conninfo, &feed->conn) == 0) {
                        feed_session(feed);
                        feed->conn = pg_conn_close(feed->conn);
                        feed->lease.locked = false;
                }
                events_sleep(entity, PAUSE_US);
        }
        events_ended(entity);
}
