/* The sending side of a connection: straight to the socket while it takes what comes, from a buffer after
 * that. */

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "http/connection.h"

static void stop_writing(Conn *conn)
{
        strbuf_done(&conn->out);
        conn->out_at = 0;
        wait_stop(&conn->wait_out);
        if (conn->writing && !conn->read_writes)
                (void)event_del(&conn->write_event);
        conn->writing = false;
}

void conn_watch_writable(Conn *conn)
{
        (void)event_add(&conn->write_event, NULL);
}

static void keep(Conn *conn, const Str *pieces, unsigned n, size_t sent)
{
        if (conn->out_at > SEND_HIGH) {
                conn->out.len = conn_pending(conn);
                memmove(conn->out.p, conn->out.p + conn->out_at, conn->out.len);
                conn->out_at = 0;
        }
        for (unsigned i = 0; i < n; i++) {
                size_t skip = sent < pieces[i].len ? sent : pieces[i].len;
                sent -= skip;
                strbuf_put(&conn->out, pieces[i].p + skip, pieces[i].len - skip);
        }
        if (conn->writing)
                return;
        conn->writing = true;
        conn_watch_writable(conn);
        wait_start(conn->http, &conn->wait_out, WAIT_SEND);
}

/* What the socket takes of the pieces, as sendmsg. */
static ssize_t put(Conn *conn, const Str *pieces, unsigned n)
{
        struct iovec vec[SEND_PIECES_MAX];

        if (conn->tls)
                return tls_send(conn->http->tls, conn->tls, pieces, n);
        for (unsigned i = 0; i < n; i++)
                vec[i] = (struct iovec){.iov_base = (char *)pieces[i].p, .iov_len = pieces[i].len};
        struct msghdr message = {.msg_iov = vec, .msg_iovlen = n};
        return sendmsg(conn->fd, &message, MSG_NOSIGNAL);
}

bool conn_send(Conn *conn, const Str *pieces, unsigned n)
{
        size_t len = 0, sent = 0;
        assert(n <= SEND_PIECES_MAX);
        for (unsigned i = 0; i < n; i++)
                len += pieces[i].len;
        if (!conn->writing) {
                ssize_t r = put(conn, pieces, n);
                if (r < 0 && errno != EAGAIN && errno != EINTR) {
                        conn_close(conn);
                        return false;
                }
                sent = r < 0 ? 0 : (size_t)r;
                conn->http->stats.bytes_out += sent;
        }
        if (sent < len)
                keep(conn, pieces, n, sent);
        return true;
}

bool conn_send_continue(Conn *conn)
{
        return conn_send(conn, &STR("HTTP/1.1 100 Continue\r\n\r\n"), 1);
}

void conn_on_writable(evutil_socket_t fd, short what, void *arg)
{
        Conn *conn = arg;
        if (conn->read_writes) {
                conn->read_writes = false;
                event_active(&conn->read_event, EV_READ, 0);
        }
        if (!conn->writing) {
                (void)event_del(&conn->write_event);
                return;
        }
        ssize_t n = put(conn, &(Str){conn->out.p + conn->out_at, conn_pending(conn)}, 1);
        if (n < 0) {
                if (errno != EAGAIN && errno != EINTR)
                        conn_close(conn);
                return;
        }
        conn->http->stats.bytes_out += (size_t)n;
        conn->out_at += (size_t)n;
        if (conn_pending(conn) == 0)
                stop_writing(conn);
        else
                wait_start(conn->http, &conn->wait_out, WAIT_SEND);
        if (conn->request && conn_pending(conn) <= SEND_LOW)
                request_wake(conn->request);
        if (conn->state == CONN_FLUSH && conn_pending(conn) == 0)
                conn_sent(conn);
}

int request_wait_room(Request *request)
{
        if (request->conn && conn_pending(request->conn) <= SEND_HIGH)
                return 0;
        while (request->conn && conn_pending(request->conn) > SEND_LOW) {
                request->waiter = task_self();
                task_park();
        }
        return request->conn ? 0 : -EPIPE;
}
