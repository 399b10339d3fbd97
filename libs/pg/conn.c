/* A connection: opens it without blocking, tells its owner when it is up or down, opens it again with
 * back-off (50 ms doubling to 2 s, and up to half as much by chance), reads and writes when the socket is
 * ready. */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>

#include "pg/conn.h"
#include "pg/heap.h"

#define BACKOFF_MIN_MS     50
#define BACKOFF_MAX_MS     2000
#define CONNECT_TIMEOUT_MS 5000
#define STABLE_US          1000000 /* up for so long: the next back-off begins from the shortest */

/* "idle in transaction" can only be our own fault: a minute is for the connections of one's own. Compiling a
 * plan costs more than any of ours gains by it. */
#define SETTINGS                                                                                                      \
        "-c client_encoding=UTF8 -c TimeZone=UTC -c DateStyle=ISO -c default_transaction_isolation=read\\ committed " \
        "-c idle_in_transaction_session_timeout=60000 -c jit=off "

static void connect_start(PgConn *conn);
static void connect_step(PgConn *conn);

/* ---- events ---- */

static struct event *event_free_null(struct event *event)
{
        if (event)
                event_free(event);
        return NULL;
}

static void timer_set(PgConn *conn, unsigned ms)
{
        struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

        (void)evtimer_add(conn->timer, &tv);
}

static void flush_waiter_wake(PgConn *conn)
{
        if (conn->flush_waiter)
                task_wake(conn->flush_waiter);
        conn->flush_waiter = NULL;
}

/* ---- losing ---- */

static void close_socket(PgConn *conn)
{
        conn->readable = event_free_null(conn->readable);
        conn->writable = event_free_null(conn->writable);
        if (conn->pq)
                PQfinish(conn->pq);
        conn->pq = NULL;
        conn->state = CONN_DOWN;
        conn->breaking = false;
}

static void remember_why(PgConn *conn, const char *why)
{
        (void)snprintf(conn->why, sizeof conn->why, "%s", why);
        for (size_t len = strlen(conn->why); len && conn->why[len - 1] == '\n'; len--)
                conn->why[len - 1] = 0;
}

static void plan_reconnect(PgConn *conn)
{
        if (!conn->config.reconnect)
                return;
        if (conn->up_since && clock_monotonic() - conn->up_since > STABLE_US)
                conn->backoff_ms = BACKOFF_MIN_MS;
        conn->up_since = 0;
        timer_set(conn, conn->backoff_ms + arc4random_uniform(conn->backoff_ms / 2));
        conn->backoff_ms = conn->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : conn->backoff_ms * 2;
}

static void conn_lose(PgConn *conn)
{
        bool was_up = conn->state == CONN_UP;

        remember_why(
                conn, conn->pq && *PQerrorMessage(conn->pq) ? PQerrorMessage(conn->pq) : "connection lost");
        close_socket(conn);
        conn->losses += was_up;
        plan_reconnect(conn);
        if (conn->plain)
                conn->plain(conn, true);
        flush_waiter_wake(conn);
        pgpipeline_lose(conn);
        conn->config.changed(conn, conn->config.arg);
}

static void on_breaker(evutil_socket_t fd, short what, void *arg)
{
        PgConn *conn = arg;

        if (conn->breaking)
                conn_lose(conn);
}

void pgconn_break(PgConn *conn)
{
        if (conn->breaking || conn->state != CONN_UP)
                return;
        conn->breaking = true;
        /* libpq may have closed the socket already, and its number may soon be another's. */
        (void)event_del(conn->readable);
        (void)event_del(conn->writable);
        event_active(conn->breaker, EV_TIMEOUT, 0);
}

PgFailure *pgconn_failure(const PgConn *conn)
{
        return pgfailure_new(PG_FAULT_DOWN, conn->why);
}

/* ---- up: reading and writing ---- */

int pgconn_flush(PgConn *conn)
{
        Segment *segment;
        int r = conn->breaking ? -1 : PQflush(conn->pq);

        if (r > 0)
                (void)event_add(conn->writable, NULL);
        if (r != 0)
                return r;
        TAILQ_FOREACH_REVERSE(segment, &conn->segments, SegmentList, link)
        {
                if (segment->flushed)
                        break;
                segment->flushed = true;
        }
        flush_waiter_wake(conn);
        return 0;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
        PgConn *conn = arg;

        if (pgconn_flush(conn) < 0)
                conn_lose(conn);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
        PgConn *conn = arg;
        bool ok = PQconsumeInput(conn->pq);

        if (conn->plain)
                conn->plain(conn, false);
        else
                pgpipeline_receive(conn);
        if (!ok || conn->breaking || PQstatus(conn->pq) == CONNECTION_BAD || pgconn_flush(conn) < 0)
                conn_lose(conn);
}

static void drop_notice(void *arg, const PGresult *notice)
{
}

static void conn_is_up(PgConn *conn)
{
        conn->readable = event_free_null(conn->readable);
        (void)evtimer_del(conn->timer);
        conn->readable =
                event_new(loop_base(conn->loop), PQsocket(conn->pq), EV_READ | EV_PERSIST, on_readable, conn);
        conn->writable = event_new(loop_base(conn->loop), PQsocket(conn->pq), EV_WRITE, on_writable, conn);
        if (!conn->readable || !conn->writable || PQsetnonblocking(conn->pq, 1) < 0 ||
                !PQenterPipelineMode(conn->pq) || event_add(conn->readable, NULL) < 0) {
                conn_lose(conn);
                return;
        }
        conn->state = CONN_UP;
        conn->up_since = clock_monotonic();
        conn->why[0] = 0;
        conn->config.changed(conn, conn->config.arg);
}

/* ---- connecting ---- */

static void on_connecting(evutil_socket_t fd, short what, void *arg)
{
        connect_step(arg);
}

/* libpq may change the socket between two steps, so each waits on an event of its own. */
static void connect_wait(PgConn *conn, short what)
{
        conn->readable = event_free_null(conn->readable);
        conn->readable = event_new(loop_base(conn->loop), PQsocket(conn->pq), what, on_connecting, conn);
        if (!conn->readable || event_add(conn->readable, NULL) < 0)
                conn_lose(conn);
}

static void connect_step(PgConn *conn)
{
        switch (PQconnectPoll(conn->pq)) {
        case PGRES_POLLING_READING:
                connect_wait(conn, EV_READ);
                break;
        case PGRES_POLLING_WRITING:
                connect_wait(conn, EV_WRITE);
                break;
        case PGRES_POLLING_OK:
                conn_is_up(conn);
                break;
        default:
                conn_lose(conn);
                break;
        }
}

static void connect_start(PgConn *conn)
{
        conn->state = CONN_CONNECTING;
        conn->pq = PQconnectStartParams(conn->keywords, conn->values, 0);
        timer_set(conn, CONNECT_TIMEOUT_MS);
        if (!conn->pq || PQstatus(conn->pq) == CONNECTION_BAD) {
                conn_lose(conn);
                return;
        }
        (void)PQsetNoticeReceiver(conn->pq, drop_notice, NULL);
        connect_wait(conn, EV_WRITE);
}

/* Time to connect again, or the attempt took too long. */
static void on_timer(evutil_socket_t fd, short what, void *arg)
{
        PgConn *conn = arg;

        if (conn->state == CONN_DOWN)
                connect_start(conn);
        else if (conn->state == CONN_CONNECTING)
                conn_lose(conn);
}

/* ---- making one ---- */

static const char *option_value(const PQconninfoOption *options, const char *keyword)
{
        for (; options->keyword; options++)
                if (streq(options->keyword, keyword) && options->val)
                        return options->val;
        return "";
}

static void keyword_set(PgConn *conn, unsigned *n, const char *keyword, const char *value)
{
        conn->keywords[*n] = strdup(keyword);
        conn->values[*n] = strdup(value);
        if (!conn->keywords[*n] || !conn->values[*n])
                abort();
        ++*n;
}

static bool is_ours(const char *keyword)
{
        return streq(keyword, "application_name") || streq(keyword, "options") ||
               streq(keyword, "client_encoding");
}

/* The conninfo's own keywords, then ours: the last of a name counts. */
static void keywords_set(PgConn *conn, const PQconninfoOption *options, const ConnConfig *config)
{
        const char *name = option_value(options, "application_name");
        StrBuf ours = {};
        unsigned n = 0, max = 4;

        for (const PQconninfoOption *option = options; option->keyword; option++)
                max++;
        conn->keywords = heap_new(max * sizeof *conn->keywords);
        conn->values = heap_new(max * sizeof *conn->values);
        for (const PQconninfoOption *option = options; option->keyword; option++)
                if (option->val && !is_ours(option->keyword))
                        keyword_set(conn, &n, option->keyword, option->val);
        strbuf_printf(&ours, "%s:%s", *name ? name : option_value(options, "user"), config->role);
        keyword_set(conn, &n, "application_name", ours.p);
        strbuf_done(&ours);
        strbuf_printf(&ours, "%s " SETTINGS "%s", option_value(options, "options"), config->settings);
        keyword_set(conn, &n, "options", ours.p);
        strbuf_done(&ours);
        keyword_set(conn, &n, "client_encoding", "UTF8");
}

PgConn *pgconn_new(Loop *loop, const ConnConfig *config, PgFailure **ret_failure)
{
        char *why = NULL;
        PQconninfoOption *options = PQconninfoParse(config->conninfo, &why);
        PgConn *conn;

        if (!options) {
                *ret_failure = pgfailure_new(PG_FAULT, why ? why : "out of memory");
                PQfreemem(why);
                return NULL;
        }
        conn = heap_new(sizeof *conn);
        conn->loop = loop;
        conn->config = *config;
        conn->backoff_ms = BACKOFF_MIN_MS;
        TAILQ_INIT(&conn->segments);
        pgprepared_init(&conn->prepared);
        keywords_set(conn, options, config);
        PQconninfoFree(options);
        conn->timer = evtimer_new(loop_base(loop), on_timer, conn);
        conn->breaker = event_new(loop_base(loop), -1, 0, on_breaker, conn);
        if (!conn->timer || !conn->breaker)
                abort();
        remember_why(conn, "connecting");
        /* From the loop, so that `changed` is not called before the owner has the connection. */
        timer_set(conn, 0);
        return conn;
}

PgConn *pgconn_free(PgConn *conn)
{
        if (!conn)
                return NULL;
        close_socket(conn);
        pgplain_forget(conn);
        pgpipeline_lose(conn);
        pgprepared_done(&conn->prepared);
        event_free(conn->timer);
        event_free(conn->breaker);
        for (unsigned i = 0; conn->keywords[i]; i++) {
                free((void *)conn->keywords[i]);
                free((void *)conn->values[i]);
        }
        free(conn->keywords);
        free(conn->values);
        free(conn);
        return NULL;
}
