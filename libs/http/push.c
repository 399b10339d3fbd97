/* Answers that stay open without a task: thousands of clients that wait for what comes, each for the price of
 * a connection. */

#include <assert.h>
#include <stdio.h>
#include <sys/socket.h>

#include "http/connection.h"

/* Of a client that does not read, the kernel need not keep much: the sender looks at what is pending. */
#define SOCKET_BUFFER (32 << 10)

HttpStream *http_detach(HttpRequest *public, void (*gone)(void *arg), void *arg)
{
        Request *request = request_of(public);
        Conn *conn = request->conn;

        assert(request->chunking && !request->ended);
        request->ended = true;
        if (!conn)
                return NULL;
        request->conn = NULL;
        if (conn->eof) {
                conn->request = NULL;
                conn_close(conn);
                return NULL;
        }
        (void)setsockopt(conn->fd, SOL_SOCKET, SO_SNDBUF, &(int){SOCKET_BUFFER}, sizeof(int));
        conn_stay_open(conn);
        conn->gone = gone;
        conn->gone_arg = arg;
        return conn;
}

bool http_push(HttpStream *conn, const void *data, size_t len)
{
        char size[20];
        int n = snprintf(size, sizeof size, "%zx\r\n", len);
        const Str pieces[] = {{size, (size_t)n}, {data, len}, STR("\r\n")};

        assert(conn->state == CONN_OPEN && len > 0);
        return conn_send(conn, pieces, 3);
}

size_t http_pending(const HttpStream *conn)
{
        return conn_pending(conn);
}

void http_push_end(HttpStream *conn)
{
        conn->gone = NULL;
        if (conn_send(conn, &STR("0\r\n\r\n"), 1))
                conn_answered(conn);
}
