/* The receiving side of a connection and its states: heads, bodies, one request at a time, the end. Bytes are
 * read into one scratch buffer for all connections; a connection has a buffer of its own only while it holds
 * part of something, so an idle one costs little. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/connection.h"
#include "http/uri.h"

#define AHEAD_MAX  ((size_t)16 << 10) /* read while a request is being served */
#define SMALL_BODY ((size_t)16 << 10) /* held in the request's arena */

static void pause_reading(Conn *conn)
{
        if (conn->reading)
                (void)event_del(&conn->read_event);
        conn->reading = false;
}

static void resume_reading(Conn *conn)
{
        if (conn->reading || conn->eof)
                return;
        conn->reading = true;
        (void)event_add(&conn->read_event, NULL);
        if (conn->tls && tls_pending(conn->tls))
                event_active(&conn->read_event, EV_READ, 0);
}

static Str unread(const Conn *conn)
{
        return conn->in.p ? (Str){conn->in.p + conn->in_at, conn->in.len - conn->in_at} : (Str){};
}

/* ---- what a head asks for ---- */

static BodyResult body_limit(Request *request)
{
        Http *http = request->http;
        request->body_max = http->config.max_body;
        if (http->handlers.streams)
                request->streamed =
                        http->handlers.streams(&request->public, &request->body_max, http->handlers.arg);
        if (request->left > request->body_max)
                return BODY_TOO_LARGE;
        if (!request->streamed && !request->chunked && request->left <= SMALL_BODY) {
                request->body.arena = request->public.arena;
                (void)strbuf_reserve(&request->body, (size_t)request->left);
        }
        return BODY_MORE;
}

static void expect_body(Conn *conn, Request *request, bool more_is_here)
{
        if (body_limit(request) != BODY_MORE) {
                request_refuse(request, MSG_TOO_LARGE, "Content-Length");
                return;
        }
        wait_start(conn->http, &conn->wait_in, request->streamed ? WAIT_STREAM : WAIT_BODY);
        if (request->streamed) {
                request->expect &= !more_is_here;
                request_start(request);
                return;
        }
        if (request->expect && !more_is_here && !conn_send_continue(conn))
                request_free(request);
        else
                conn->state = CONN_BODY;
}

static int take_path(Request *request, const Head *head, Str input)
{
        HttpRequest *public = &request->public;
        Str raw = span_of(input.p, head->path);
        public->path = raw.len == 0 ? STR("/") : STR("*");
        return raw.len == 0 || str_is(raw, "*") ? 0 : uri_path(public->arena, raw, &public->path);
}

static void begin(Conn *conn, const Head *head, Str input)
{
        Http *http = conn->http;
        Request *request = request_new(conn, head, input);
        http->stats.requests++;
        if (head->close || http->draining)
                conn->last = true;
        if (take_path(request, head, input) < 0)
                request_refuse(request, MSG_BAD_REQUEST, "path");
        else if (request->body_over)
                request_start(request);
        else
                expect_body(conn, request, input.len > head->size);
}

/* ---- consuming ---- */

static Head *head_keep(const Head *head)
{
        const HeadLimits *limits = head->limits;
        Head *kept = malloc(sizeof *kept + limits->fields * sizeof(HeadField));
        if (!kept)
                abort();
        *kept = *head;
        kept->fields = (HeadField *)(kept + 1);
        memcpy(kept->fields, head->fields, head->n_fields * sizeof(HeadField));
        return kept;
}

static size_t consume_head(Conn *conn, Str input)
{
        Http *http = conn->http;
        Head fresh, *head = conn->head;
        if (!head) {
                head = &fresh;
                head_init(head, &http->limits, http->fields);
        }
        HeadResult result = head_feed(head, input);
        if (result == HEAD_MORE) {
                if (conn->head)
                        return 0;
                conn->head = head_keep(head);
                conn->state = CONN_HEAD;
                wait_start(http, &conn->wait_in, WAIT_HEAD);
                return 0;
        }
        wait_stop(&conn->wait_in);
        conn->head = NULL;
        size_t used = input.len;
        if (result == HEAD_DONE) {
                used = head->size;
                begin(conn, head, input);
        } else {
                request_refuse(request_new(conn, head, input), head->refused, head->reason);
        }
        if (head != &fresh)
                free(head);
        return used;
}

static void body_failed(Request *request, BodyResult result)
{
        static const struct {
                MsgCode code;
                int error;
                const char *reason;
        } failures[BODY_RESULT_MAX] = {
                [BODY_BAD] = {MSG_BAD_REQUEST, -EPIPE, "chunked body"},
                [BODY_TOO_LARGE] = {MSG_TOO_LARGE, -EMSGSIZE, "body"},
                [BODY_BUSY] = {MSG_BUSY, -EPIPE, NULL},
        };
        if (!request->streamed) {
                request_refuse(request, failures[result].code, failures[result].reason);
                return;
        }
        request->body_error = failures[result].error;
        request_wake(request);
}

static size_t consume_body(Conn *conn, Str input)
{
        Request *request = conn->request;
        Str rest = input;
        if (input.len == 0 || request->body_over || request->body_error < 0)
                return 0;
        BodyResult result = body_take(request, &rest);
        if (result != BODY_MORE)
                wait_stop(&conn->wait_in);
        if (result > BODY_OVER)
                body_failed(request, result);
        else if (request->streamed)
                request_wake(request);
        else if (result == BODY_OVER)
                request_start(request);
        return input.len - rest.len;
}

/* Takes from the front of `input` all that can be taken now. */
static size_t consume(Conn *conn, Str input)
{
        size_t used = 0;
        conn->consuming = true;
        for (;;) {
                Str rest = {input.p + used, input.len - used};
                size_t n = 0;
                if (conn->state == CONN_LINGER || conn->state == CONN_OPEN)
                        n = rest.len;
                else if (conn->state == CONN_BODY || (conn->state == CONN_RUN && conn->request->streamed))
                        n = consume_body(conn, rest);
                else if ((conn->state == CONN_IDLE || conn->state == CONN_HEAD) && rest.len > 0)
                        n = consume_head(conn, rest);
                if (n == 0)
                        break;
                used += n;
        }
        conn->consuming = false;
        return used;
}

/* Between requests: goes on with what was read ahead, waits, or closes. */
static void rest(Conn *conn)
{
        if (unread(conn).len > 0) {
                event_active(&conn->read_event, EV_TIMEOUT, 0);
        } else if (conn->eof || conn->http->draining) {
                conn->lingers = true;
                conn_end(conn);
        } else if (!conn->wait_in.next) {
                wait_start(conn->http, &conn->wait_in, WAIT_IDLE);
        }
}

static void consumed(Conn *conn)
{
        if (conn->state == CONN_IDLE)
                rest(conn);
        else if (conn->eof && (conn->state == CONN_HEAD || conn->state == CONN_BODY))
                conn_close(conn); /* the rest will not come */
}

static void consume_unread(Conn *conn)
{
        Str input = unread(conn);
        size_t used = consume(conn, input);
        if (conn->state == CONN_CLOSED)
                return;
        conn->in_at += used;
        if (used == input.len) {
                strbuf_done(&conn->in);
                conn->in_at = 0;
        }
        consumed(conn);
}

/* ---- reading ---- */

static void take(Conn *conn, Str input)
{
        if (unread(conn).len == 0) {
                size_t used = consume(conn, input);
                if (conn->state == CONN_CLOSED)
                        return;
                if (used < input.len)
                        strbuf_put(&conn->in, input.p + used, input.len - used);
                consumed(conn);
                return;
        }
        if (conn->in_at > 0) {
                conn->in.len -= conn->in_at;
                memmove(conn->in.p, conn->in.p + conn->in_at, conn->in.len);
                conn->in_at = 0;
        }
        strbuf_put(&conn->in, input.p, input.len);
        consume_unread(conn);
}

/* The client sends no more; what it has sent is still answered. */
static void take_end(Conn *conn)
{
        conn->eof = true;
        pause_reading(conn);
        if (conn->state == CONN_RUN)
                request_wake(conn->request);
        else if (conn->state != CONN_FLUSH)
                conn_close(conn);
}

/* How much may be read now. */
static size_t room(const Conn *conn)
{
        if (conn->state != CONN_FLUSH && conn->state != CONN_RUN)
                return SCRATCH_SIZE;
        if (unread(conn).len >= AHEAD_MAX)
                return 0;
        return conn->request && conn->request->streamed ? SCRATCH_SIZE : AHEAD_MAX;
}

static ssize_t receive(Conn *conn, void *ret, size_t max)
{
        if (!conn->tls)
                return recv(conn->fd, ret, max, 0);
        ssize_t n = tls_recv(conn->tls, ret, max);
        if (conn->shaking && tls_ready(conn->tls)) {
                conn->shaking = false;
                if (conn->state == CONN_IDLE)
                        wait_start(conn->http, &conn->wait_in, WAIT_IDLE);
        }
        if (n < 0 && errno == EINPROGRESS) {
                conn->read_writes = true;
                conn_watch_writable(conn);
                errno = EAGAIN;
        } else if (n > 0 && tls_pending(conn->tls)) {
                event_active(&conn->read_event, EV_READ, 0);
        }
        return n;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
        Conn *conn = arg;
        Http *http = conn->http;
        if (what & EV_TIMEOUT && conn->state == CONN_IDLE)
                consume_unread(conn);
        if (!(what & EV_READ) || conn->state == CONN_CLOSED || !conn->reading)
                return;
        size_t max = room(conn);
        if (max == 0) {
                pause_reading(conn);
                return;
        }
        ssize_t n = receive(conn, http->scratch, max);
        if (n > 0) {
                http->stats.bytes_in += (size_t)n;
                take(conn, (Str){http->scratch, (size_t)n});
        } else if (n == 0) {
                take_end(conn);
        } else if (errno != EAGAIN && errno != EINTR) {
                conn_close(conn);
        }
}

void conn_pull(Conn *conn)
{
        if (unread(conn).len > 0)
                consume_unread(conn);
        if (conn->state != CONN_CLOSED)
                resume_reading(conn);
}

/* ---- beginning and end ---- */

Conn *conn_new(Http *http, int fd, uint64_t peer, const char *address)
{
        Conn *conn = calloc(1, sizeof *conn);
        if (!conn)
                abort();
        conn->http = http;
        conn->fd = fd;
        conn->tls = http->tls ? tls_begin(http->tls, fd) : NULL;
        conn->peer = peer;
        memcpy(conn->address, address, sizeof conn->address);
        conn->next = http->conns;
        conn->link = &http->conns;
        if (conn->next)
                conn->next->link = &conn->next;
        http->conns = conn;
        (void)event_assign(
                &conn->read_event, loop_base(http->loop), fd, EV_READ | EV_PERSIST, on_readable, conn);
        (void)event_assign(
                &conn->write_event, loop_base(http->loop), fd, EV_WRITE | EV_PERSIST, conn_on_writable, conn);
        resume_reading(conn);
        conn->shaking = conn->tls != NULL;
        wait_start(http, &conn->wait_in, conn->shaking ? WAIT_HANDSHAKE : WAIT_IDLE);
        return conn;
}

void conn_turn_away(Conn *conn)
{
        Request *request = request_new(conn, NULL, (Str){});
        http_set(&request->public, "Retry-After", "1");
        request_refuse(request, MSG_BUSY, NULL);
}

void conn_close(Conn *conn)
{
        Request *request = conn->request;
        bool owned = conn->state == CONN_BODY; /* no task has it */
        if (conn->state == CONN_CLOSED)
                return;
        conn->state = CONN_CLOSED;
        pause_reading(conn);
        (void)event_del(&conn->read_event); /* may be active without being added */
        (void)event_del(&conn->write_event);
        wait_stop(&conn->wait_in);
        wait_stop(&conn->wait_out);
        if (conn->tls)
                tls_end(conn->tls);
        (void)close(conn->fd);
        strbuf_done(&conn->in);
        strbuf_done(&conn->out);
        conn->in_at = conn->out_at = 0;
        free(conn->head);
        conn->head = NULL;
        conn->request = NULL;
        if (request) {
                request->conn = NULL;
                if (owned)
                        request_free(request);
                else
                        request_wake(request);
        }
        http_bury(conn);
        if (conn->gone)
                conn->gone(conn->gone_arg);
}

void conn_stay_open(Conn *conn)
{
        conn->request = NULL;
        conn->state = CONN_OPEN;
        conn->last = conn->lingers = true;
        wait_stop(&conn->wait_in);
        strbuf_done(&conn->in);
        conn->in_at = 0;
        resume_reading(conn);
}

void conn_end(Conn *conn)
{
        if (conn->tls)
                tls_finish(conn->tls);
        if (conn->eof || !conn->lingers || shutdown(conn->fd, SHUT_WR) < 0) {
                conn_close(conn);
                return;
        }
        conn->state = CONN_LINGER;
        resume_reading(conn);
        wait_start(conn->http, &conn->wait_in, WAIT_LINGER);
}

void conn_sent(Conn *conn)
{
        if (conn->last) {
                conn_end(conn);
                return;
        }
        conn->state = CONN_IDLE;
        resume_reading(conn);
        if (!conn->consuming)
                rest(conn);
}

void conn_answered(Conn *conn)
{
        wait_stop(&conn->wait_in);
        conn->state = CONN_FLUSH;
        if (conn_pending(conn) == 0)
                conn_sent(conn);
}

void conn_expire(Conn *conn, WaitKind kind)
{
        if (kind == WAIT_HEAD) {
                Head *head = conn->head;
                conn->head = NULL;
                request_refuse(request_new(conn, head, unread(conn)), MSG_SLOW, "head");
                free(head);
        } else if (kind == WAIT_BODY) {
                request_refuse(conn->request, MSG_SLOW, "body");
        } else {
                if (kind == WAIT_SEND) /* the kernel need not go on trying */
                        (void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                                sizeof(struct linger));
                conn_close(conn);
        }
}
