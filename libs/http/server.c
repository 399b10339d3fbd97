/* The server: accepts, keeps the deadlines of all connections, drains and closes. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/connection.h"

#define ACCEPT_BATCH   64
#define TURN_AWAY_MAX  256 /* connections over the limit that still get an answer */
#define IDLE_SACRIFICE 16  /* idle connections closed when descriptors run out */
#define SWEEP_PAUSE_US INT64_C(10000)
#define LINGER_MS      2000
#define STREAM_FACTOR  20

/* ---- deadlines ---- */

static void arm(struct event *timer, int64_t us)
{
        us = us > 0 ? us : 0;
        (void)event_add(timer, &(struct timeval){.tv_sec = us / 1000000, .tv_usec = us % 1000000});
}

void wait_stop(Wait *wait)
{
        if (!wait->next)
                return;
        wait->prev->next = wait->next;
        wait->next->prev = wait->prev;
        wait->prev = wait->next = NULL;
}

void wait_start(Http *http, Wait *wait, WaitKind kind)
{
        Wait *list = &http->waits[kind];
        int64_t now = clock_monotonic();
        wait_stop(wait);
        wait->deadline = now + http->timeouts[kind];
        wait->prev = list->prev;
        wait->next = list;
        list->prev->next = wait;
        list->prev = wait;
        if (wait->deadline < http->sweep_at) {
                http->sweep_at = wait->deadline;
                arm(http->sweep, wait->deadline - now);
        }
}

static Conn *conn_of(Wait *wait, WaitKind kind)
{
        size_t at = kind == WAIT_SEND ? offsetof(Conn, wait_out) : offsetof(Conn, wait_in);
        return (Conn *)((char *)wait - at);
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
        Http *http = arg;
        int64_t now = clock_monotonic(), next = INT64_MAX;
        http->sweep_at = now; /* what starts to wait meanwhile needs no timer of its own */
        for (WaitKind kind = 0; kind < WAIT_MAX; kind++) {
                Wait *list = &http->waits[kind];
                while (list->next != list && list->next->deadline <= now) {
                        Wait *wait = list->next;
                        wait_stop(wait);
                        conn_expire(conn_of(wait, kind), kind);
                }
        }
        for (WaitKind kind = 0; kind < WAIT_MAX; kind++)
                if (http->waits[kind].next != &http->waits[kind] && http->waits[kind].next->deadline < next)
                        next = http->waits[kind].next->deadline;
        http->sweep_at = next;
        if (next == INT64_MAX)
                return;
        if (next < now + SWEEP_PAUSE_US)
                http->sweep_at = now + SWEEP_PAUSE_US;
        arm(http->sweep, http->sweep_at - now);
}

/* ---- connections ---- */

void http_bury(Conn *conn)
{
        Http *http = conn->http;
        *conn->link = conn->next;
        if (conn->next)
                conn->next->link = conn->link;
        if (http->peers)
                peers_remove(http->peers, conn->peer);
        http->stats.connections--;
        if (!http->dead)
                event_active(http->reap, EV_TIMEOUT, 0);
        conn->next = http->dead;
        http->dead = conn;
        if (http->drainer && http->stats.connections == 0)
                task_wake(http->drainer);
}

static void on_reap(evutil_socket_t fd, short what, void *arg)
{
        Http *http = arg;
        while (http->dead) {
                Conn *conn = http->dead;
                http->dead = conn->next;
                free(conn);
        }
}

/* The address as text, and what it is counted by: of IPv6 the network's 64 bits. */
static uint64_t peer_name(const struct sockaddr_storage *sa, char address[static 46])
{
        if (sa->ss_family == AF_INET) {
                const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
                (void)inet_ntop(AF_INET, &in->sin_addr, address, 46);
                return in->sin_addr.s_addr;
        }
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        const uint8_t *bytes = ((const struct sockaddr_in6 *)sa)->sin6_addr.s6_addr;
        uint64_t network;
        if (memcmp(bytes, mapped, sizeof mapped) == 0) {
                uint32_t v4;
                memcpy(&v4, bytes + sizeof mapped, sizeof v4);
                (void)inet_ntop(AF_INET, &v4, address, 46);
                return v4;
        }
        (void)inet_ntop(AF_INET6, bytes, address, 46);
        memcpy(&network, bytes, sizeof network);
        return network;
}

static void add_conn(Http *http, int fd, const struct sockaddr_storage *sa)
{
        const HttpConfig *config = &http->config;
        char address[46] = "";
        uint64_t peer = peer_name(sa, address);
        http->stats.accepted++;
        if (http->stats.connections >= config->max_connections + TURN_AWAY_MAX) {
                http->stats.refused++;
                (void)close(fd);
                return;
        }
        http->stats.connections++;
        Conn *conn = conn_new(http, fd, peer, address);
        unsigned of_peer = http->peers ? peers_add(http->peers, peer) : 0;
        if (http->stats.connections > config->max_connections || of_peer > config->max_connections_address)
                conn_turn_away(conn);
}

/* Out of descriptors or memory: those who wait between requests give way, the longest waiting first. */
static bool make_room(Http *http)
{
        Wait *idle = &http->waits[WAIT_IDLE];
        unsigned n = 0;
        for (; n < IDLE_SACRIFICE && idle->next != idle; n++)
                conn_close(conn_of(idle->next, WAIT_IDLE));
        return n > 0;
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
        Http *http = arg;
        for (unsigned i = 0; i < ACCEPT_BATCH; i++) {
                struct sockaddr_storage sa = {};
                socklen_t len = sizeof sa;
                int fd = accept4(listener, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (fd >= 0) {
                        add_conn(http, fd, &sa);
                        continue;
                }
                bool full = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
                if (full && !make_room(http)) {
                        (void)event_del(http->accept);
                        arm(http->accept_again, 100000);
                        return;
                }
                if (errno == EAGAIN)
                        return;
        }
}

static void on_accept_again(evutil_socket_t fd, short what, void *arg)
{
        Http *http = arg;
        if (http->accept)
                (void)event_add(http->accept, NULL);
}

/* ---- opening ---- */

static int listen_on(const HttpConfig *config, int *ret)
{
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(config->port)};
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(config->port)};
        bool v4 = inet_pton(AF_INET, config->address, &in.sin_addr) == 1;
        if (!v4 && inet_pton(AF_INET6, config->address, &in6.sin6_addr) != 1)
                return -EINVAL;
        int fd = socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return -errno;
        const struct sockaddr *sa = v4 ? (const struct sockaddr *)&in : (const struct sockaddr *)&in6;
        int on = 1;
        /* Connections inherit TCP_NODELAY. */
        if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
                bind(fd, sa, v4 ? sizeof in : sizeof in6) < 0 || listen(fd, 4096) < 0) {
                int r = -errno;
                (void)close(fd);
                return r;
        }
        *ret = fd;
        return 0;
}

#define DEFAULT(field, value) (config->field = config->field ? config->field : (value))

static void set_defaults(HttpConfig *config)
{
        DEFAULT(address, "127.0.0.1");
        DEFAULT(max_connections, 20000);
        DEFAULT(max_header_bytes, (size_t)16 << 10);
        DEFAULT(max_headers, 100);
        DEFAULT(max_target, (size_t)8 << 10);
        DEFAULT(max_body, (size_t)1 << 20);
        DEFAULT(header_timeout_ms, 10000);
        DEFAULT(body_timeout_ms, 30000);
        DEFAULT(idle_timeout_ms, 75000);
        DEFAULT(write_timeout_ms, 30000);
        DEFAULT(max_requests, 1024);
        DEFAULT(max_buffered, (size_t)64 << 20);
}

static void set_timeouts(Http *http)
{
        const HttpConfig *config = &http->config;
        http->timeouts[WAIT_HANDSHAKE] = config->header_timeout_ms * INT64_C(1000);
        http->timeouts[WAIT_IDLE] = config->idle_timeout_ms * INT64_C(1000);
        http->timeouts[WAIT_HEAD] = config->header_timeout_ms * INT64_C(1000);
        http->timeouts[WAIT_BODY] = config->body_timeout_ms * INT64_C(1000);
        http->timeouts[WAIT_STREAM] = config->body_timeout_ms * INT64_C(1000) * STREAM_FACTOR;
        http->timeouts[WAIT_LINGER] = LINGER_MS * INT64_C(1000);
        http->timeouts[WAIT_SEND] = config->write_timeout_ms * INT64_C(1000);
        for (WaitKind kind = 0; kind < WAIT_MAX; kind++)
                http->waits[kind].prev = http->waits[kind].next = &http->waits[kind];
        http->sweep_at = INT64_MAX;
}

int http_open(Loop *loop, const HttpConfig *config, const HttpHandlers *handlers, Http **ret)
{
        struct event_base *base = loop_base(loop);
        Http *http = calloc(1, sizeof *http);
        if (!http)
                abort();
        *http = (Http){.loop = loop, .config = *config, .handlers = *handlers, .listener = -1};
        set_defaults(&http->config);
        set_timeouts(http);
        http->limits = (HeadLimits){
                .bytes = http->config.max_header_bytes,
                .target = http->config.max_target,
                .fields = http->config.max_headers,
        };
        int r = http->config.certificate ? tls_open(http->config.certificate, http->config.key, &http->tls)
                                         : 0;
        r = r < 0 ? r : listen_on(&http->config, &http->listener);
        if (r < 0) {
                (void)tls_close(http->tls);
                free(http);
                return r;
        }
        http->fields = calloc(http->config.max_headers, sizeof(HeadField));
        http->scratch = malloc(SCRATCH_SIZE);
        http->peers = http->config.max_connections_address > 0 ? peers_new() : NULL;
        http->accept = event_new(base, http->listener, EV_READ | EV_PERSIST, on_accept, http);
        http->accept_again = evtimer_new(base, on_accept_again, http);
        http->sweep = evtimer_new(base, on_sweep, http);
        http->reap = evtimer_new(base, on_reap, http);
        if (!http->fields || !http->scratch || !http->accept || !http->accept_again || !http->sweep ||
                !http->reap)
                abort();
        (void)event_add(http->accept, NULL);
        *ret = http;
        return 0;
}

uint16_t http_port(const Http *http)
{
        struct sockaddr_in6 sa = {};
        socklen_t len = sizeof sa;
        if (http->listener < 0 || getsockname(http->listener, (struct sockaddr *)&sa, &len) < 0)
                return 0;
        return ntohs(sa.sin6_port); /* where sin_port is, too */
}

int http_reload_certificate(Http *http)
{
        return http->tls ? tls_reload(http->tls) : 0;
}

void http_stats(const Http *http, HttpStats *ret)
{
        *ret = http->stats;
}

/* ---- closing ---- */

static void stop_accepting(Http *http)
{
        if (http->listener < 0)
                return;
        event_free(http->accept);
        http->accept = NULL;
        (void)event_del(http->accept_again);
        (void)close(http->listener);
        http->listener = -1;
}

static void close_all(Http *http)
{
        while (http->conns)
                conn_close(http->conns);
}

void http_drain(Http *http, int64_t wait_us)
{
        int64_t deadline = clock_monotonic() + wait_us;
        stop_accepting(http);
        http->draining = true;
        /* Requests that have arrived are seen before the idle connections go. */
        task_yield();
        for (Conn *conn = http->conns, *next; conn; conn = next) {
                next = conn->next;
                if (conn->state != CONN_IDLE || conn->in.len > 0)
                        continue;
                conn->lingers = true;
                conn_end(conn);
        }
        http->drainer = task_self();
        while (http->stats.connections > 0 && task_park_until(deadline))
                ;
        http->drainer = NULL;
        close_all(http);
}

void http_release(Http *http)
{
        if (!http->closed || http->stats.running > 0)
                return;
        while (http->n_arenas > 0)
                (void)arena_free(http->arenas[--http->n_arenas]);
        on_reap(-1, 0, http);
        event_free(http->sweep);
        event_free(http->reap);
        event_free(http->accept_again);
        (void)peers_free(http->peers);
        (void)tls_close(http->tls);
        (void)gzip_free(http->gzip);
        free(http->fields);
        free(http->scratch);
        free(http);
}

Http *http_close(Http *http)
{
        if (!http)
                return NULL;
        stop_accepting(http);
        close_all(http);
        http->closed = true;
        http_release(http);
        return NULL;
}
