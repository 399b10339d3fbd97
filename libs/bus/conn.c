/* Owns one nats.c connection driven by our event callbacks: who opens it, which thread may touch what, when
 * it is written. nats.c connects with blocking calls, so a helper thread does that; nats.c's timer, its error
 * callbacks and flushes come from threads of their own. All of them only set flags of the BusConn and write
 * its eventfd; libevent is touched by the loop's thread alone, on a duplicate of the socket that outlives
 * nats.c's closing of it. */

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bus/conn.h"

#define RETRY_MIN_US    20000
#define RETRY_MAX_US    500000
#define LAST_WRITES_MAX 1000 /* 1 ms apart */

struct BusConn {
        /* of the loop's thread */
        struct event_base *base;
        ConnHooks hooks;
        pthread_t loop_thread, opener;
        bool opening; /* the opener has not been joined */
        struct event *wake_event, *read_event, *write_event;
        bool write_armed;
        natsConnection *nc;

        /* of all threads */
        natsOptions *options; /* the opener's until it ends */
        atomic_bool dead, want_write, troubled;
        pthread_mutex_t lock; /* guards what follows */
        pthread_cond_t stopped;
        int refs; /* the loop's, and nats.c's until its closed callback */
        bool stop, finished;
        natsConnection *opened;
        int wake; /* eventfd, -1 once closed */
        int fd;   /* a duplicate of the socket: ours to close */
        char trouble[256];
};

static void conn_wake(BusConn *conn)
{
        uint64_t one = 1;
        if (pthread_equal(pthread_self(), conn->loop_thread))
                return;
        pthread_mutex_lock(&conn->lock);
        if (conn->wake >= 0)
                (void)!write(conn->wake, &one, sizeof one);
        pthread_mutex_unlock(&conn->lock);
}

static void conn_unref(BusConn *conn)
{
        pthread_mutex_lock(&conn->lock);
        int refs = --conn->refs;
        pthread_mutex_unlock(&conn->lock);
        if (refs > 0)
                return;
        pthread_cond_destroy(&conn->stopped);
        pthread_mutex_destroy(&conn->lock);
        free(conn);
}

static void close_late(evutil_socket_t fd, short what, void *arg)
{
        close(fd);
}

/* libevent tells epoll of a deleted event at its next wait only; an fd that is closed, or even used again,
 * before that would leave its old socket in the set for as long as any process holds it. */
static void conn_close_fds(BusConn *conn)
{
        const struct timeval now = {};
        pthread_mutex_lock(&conn->lock);
        int fds[] = {conn->fd, conn->wake};
        conn->fd = conn->wake = -1;
        pthread_mutex_unlock(&conn->lock);
        if (fds[0] >= 0)
                (void)shutdown(fds[0], SHUT_RDWR);
        for (unsigned i = 0; i < 2; i++)
                if (fds[i] >= 0 &&
                        event_base_once(conn->base, fds[i], EV_TIMEOUT, close_late, NULL, &now) < 0)
                        close(fds[i]);
}

/* ---- nats.c's callbacks, on any thread ---- */

static natsStatus on_attach(void **user, void *loop, natsConnection *nc, natsSock fd)
{
        BusConn *conn = loop;
        pthread_mutex_lock(&conn->lock);
        conn->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        bool ok = conn->fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
        pthread_mutex_unlock(&conn->lock);
        *user = conn;
        return ok ? NATS_OK : NATS_SYS_ERROR;
}

static natsStatus on_read_wanted(void *user, bool add)
{
        return NATS_OK; /* always, from attach to detach */
}

static natsStatus on_write_wanted(void *user, bool add)
{
        BusConn *conn = user;
        atomic_store(&conn->want_write, add);
        if (add)
                conn_wake(conn);
        return NATS_OK;
}

static natsStatus on_detach(void *user)
{
        BusConn *conn = user;
        atomic_store(&conn->dead, true);
        conn_wake(conn);
        return NATS_OK;
}

static void conn_set_trouble(BusConn *conn, const char *text)
{
        pthread_mutex_lock(&conn->lock);
        (void)snprintf(conn->trouble, sizeof conn->trouble, "%s", text);
        pthread_mutex_unlock(&conn->lock);
        atomic_store(&conn->troubled, true);
        conn_wake(conn);
}

static void on_trouble(natsConnection *nc, natsSubscription *sub, natsStatus status, void *arg)
{
        const char *text = NULL;
        (void)natsConnection_GetLastError(nc, &text);
        conn_set_trouble(arg, text && *text ? text : natsStatus_GetText(status));
}

/* The last of a connection's callbacks. */
static void on_closed(natsConnection *nc, void *arg)
{
        conn_unref(arg);
}

/* ---- opening, on a thread of its own ---- */

static void conn_set_options(BusConn *conn)
{
        (void)natsOptions_SetEventLoop(
                conn->options, conn, on_attach, on_read_wanted, on_write_wanted, on_detach);
        (void)natsOptions_SetErrorHandler(conn->options, on_trouble, conn);
        (void)natsOptions_SetClosedCB(conn->options, on_closed, conn);
}

/* Called and returns with the lock held. */
static void rest(BusConn *conn, int64_t us)
{
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        int64_t ns = until.tv_nsec + us * 1000;
        until.tv_sec += ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
        if (!conn->stop)
                (void)pthread_cond_timedwait(&conn->stopped, &conn->lock, &until);
}

static bool try_open(BusConn *conn)
{
        natsConnection *nc = NULL;
        pthread_mutex_lock(&conn->lock);
        conn->refs++; /* the closed callback may come before Connect returns */
        pthread_mutex_unlock(&conn->lock);
        natsStatus status = natsConnection_Connect(&nc, conn->options);
        if (status != NATS_OK)
                conn_set_trouble(conn, natsStatus_GetText(status));
        pthread_mutex_lock(&conn->lock);
        conn->opened = nc;
        if (status != NATS_OK) {
                conn->refs--;
                atomic_store(&conn->dead, false);
                if (conn->fd >= 0)
                        close(conn->fd);
                conn->fd = -1;
        }
        pthread_mutex_unlock(&conn->lock);
        return status == NATS_OK;
}

static void *conn_open(void *arg)
{
        BusConn *conn = arg;
        int64_t wait = RETRY_MIN_US;
        conn_set_options(conn);
        pthread_mutex_lock(&conn->lock);
        while (!conn->stop) {
                pthread_mutex_unlock(&conn->lock);
                bool open = try_open(conn);
                pthread_mutex_lock(&conn->lock);
                if (open)
                        break;
                rest(conn, wait);
                wait = wait * 2 < RETRY_MAX_US ? wait * 2 : RETRY_MAX_US;
        }
        conn->finished = true;
        pthread_mutex_unlock(&conn->lock);
        conn_wake(conn);
        return NULL;
}

/* ---- the loop's side ---- */

/* nats.c 3.4 waits for ever when it is told to read from a connection that it has closed. */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
        BusConn *conn = arg;
        if (!atomic_load(&conn->dead))
                natsConnection_ProcessReadEvent(conn->nc);
        if (atomic_load(&conn->dead))
                (void)event_del(conn->read_event);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
        BusConn *conn = arg;
        if (!atomic_load(&conn->dead))
                natsConnection_ProcessWriteEvent(conn->nc);
}

/* A peer that is gone without a word is noticed by the kernel; nats.c's own pings would close the connection
 * from another thread. */
static void watch_peer(int fd)
{
        const struct {
                int option, value;
        } options[] = {
                {TCP_KEEPIDLE, 5},
                {TCP_KEEPINTVL, 2},
                {TCP_KEEPCNT, 3},
                {TCP_USER_TIMEOUT, 11000},
        };
        int on = 1;
        (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
                (void)setsockopt(
                        fd, IPPROTO_TCP, options[i].option, &options[i].value, sizeof options[i].value);
}

static void conn_adopt(BusConn *conn)
{
        (void)pthread_join(conn->opener, NULL);
        conn->opening = false;
        pthread_mutex_lock(&conn->lock);
        conn->nc = conn->opened;
        int fd = conn->fd;
        pthread_mutex_unlock(&conn->lock);
        if (!conn->nc)
                return;
        watch_peer(fd);
        conn->read_event = event_new(conn->base, fd, EV_READ | EV_PERSIST, on_readable, conn);
        conn->write_event = event_new(conn->base, fd, EV_WRITE | EV_PERSIST, on_writable, conn);
        if (!conn->read_event || !conn->write_event || event_add(conn->read_event, NULL) < 0)
                abort();
        conn->hooks.opened(conn->hooks.arg);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
        BusConn *conn = arg;
        uint64_t count;
        (void)!read(conn->wake, &count, sizeof count);
        pthread_mutex_lock(&conn->lock);
        bool finished = conn->finished;
        char text[sizeof conn->trouble];
        (void)snprintf(text, sizeof text, "%s", conn->trouble);
        pthread_mutex_unlock(&conn->lock);
        if (atomic_exchange(&conn->troubled, false))
                conn->hooks.trouble(conn->hooks.arg, text);
        if (conn->opening && finished)
                conn_adopt(conn);
}

BusConn *bus_conn_new(struct event_base *base, natsOptions *options, const ConnHooks *hooks)
{
        BusConn *conn = calloc(1, sizeof *conn);
        if (!conn)
                return NULL;
        *conn = (BusConn){
                .base = base,
                .hooks = *hooks,
                .loop_thread = pthread_self(),
                .options = options,
                .wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC),
                .refs = 1,
                .fd = -1,
        };
        (void)pthread_mutex_init(&conn->lock, NULL);
        (void)pthread_cond_init(&conn->stopped, NULL);
        if (conn->wake >= 0)
                conn->wake_event = event_new(base, conn->wake, EV_READ | EV_PERSIST, on_wake, conn);
        if (conn->wake_event && event_add(conn->wake_event, NULL) == 0)
                conn->opening = pthread_create(&conn->opener, NULL, conn_open, conn) == 0;
        return conn->opening ? conn : bus_conn_free(conn);
}

/* natsConnection_Destroy would wait for the loop (us) to write what is left, so write it before. */
static void write_the_rest(BusConn *conn)
{
        for (unsigned i = 0; i < LAST_WRITES_MAX && natsConnection_Buffered(conn->nc) > 0; i++) {
                natsConnection_ProcessWriteEvent(conn->nc);
                if (natsConnection_Buffered(conn->nc) > 0)
                        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        }
}

BusConn *bus_conn_free(BusConn *conn)
{
        if (!conn)
                return NULL;
        if (conn->opening) {
                pthread_mutex_lock(&conn->lock);
                conn->stop = true;
                (void)pthread_cond_signal(&conn->stopped);
                pthread_mutex_unlock(&conn->lock);
                (void)pthread_join(conn->opener, NULL);
                conn->nc = conn->opened;
        }
        if (conn->read_event)
                event_free(conn->read_event);
        if (conn->write_event)
                event_free(conn->write_event);
        if (conn->wake_event)
                event_free(conn->wake_event);
        if (conn->nc) {
                if (!atomic_load(&conn->dead))
                        write_the_rest(conn);
                natsConnection_Destroy(conn->nc);
        }
        conn_close_fds(conn);
        conn_unref(conn);
        return NULL;
}

natsConnection *bus_conn_nats(const BusConn *conn)
{
        return conn->nc;
}

bool bus_conn_is_dead(BusConn *conn)
{
        return !conn->opening && atomic_load(&conn->dead);
}

void bus_conn_write(BusConn *conn)
{
        if (!conn->nc || atomic_load(&conn->dead) || (!atomic_load(&conn->want_write) && !conn->write_armed))
                return;
        if (atomic_load(&conn->want_write) && !conn->write_armed)
                natsConnection_ProcessWriteEvent(conn->nc);
        bool blocked = atomic_load(&conn->want_write) && !atomic_load(&conn->dead);
        if (blocked != conn->write_armed) {
                (void)(blocked ? event_add(conn->write_event, NULL) : event_del(conn->write_event));
                conn->write_armed = blocked;
        }
}

size_t bus_conn_backlog(const BusConn *conn)
{
        int backlog = conn->write_armed ? natsConnection_Buffered(conn->nc) : 0;
        return backlog > 0 ? (size_t)backlog : 0;
}
