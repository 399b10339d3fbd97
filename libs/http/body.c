/* Bodies of requests: by length or chunked, held whole or handed on in pieces. */

#include <errno.h>
#include <string.h>

#include "http/connection.h"

#define STREAM_HIGH ((size_t)64 << 10) /* bytes that wait for http_read */

static size_t waiting(const Request *request)
{
        return request->body.len - request->body_at;
}

/* A body on the heap counts against what all requests may hold. */
static bool count(Request *request, size_t more)
{
        Http *http = request->http;
        if (request->streamed || request->body.arena)
                return true;
        request->buffered += more;
        http->buffered += more;
        return http->buffered <= http->config.max_buffered;
}

static BodyResult add(Request *request, Str piece)
{
        if (piece.len > request->body_max - request->body_size)
                return BODY_TOO_LARGE;
        if (!count(request, piece.len))
                return BODY_BUSY;
        request->body_size += piece.len;
        strbuf_put(&request->body, piece.p, piece.len);
        return BODY_MORE;
}

static BodyResult take_chunked(Request *request, Str *input)
{
        Str piece;
        ChunkedResult got = chunked_next(&request->decoder, input, &piece);
        switch (got) {
        case CHUNKED_DATA:
                return add(request, piece);
        case CHUNKED_END:
                return BODY_OVER;
        case CHUNKED_MORE:
                return BODY_MORE;
        default:
                return BODY_BAD;
        }
}

static BodyResult take_length(Request *request, Str *input)
{
        size_t len = input->len < request->left ? input->len : (size_t)request->left;
        BodyResult result = add(request, (Str){input->p, len});
        input->p += len;
        input->len -= len;
        request->left -= len;
        return result == BODY_MORE && request->left == 0 ? BODY_OVER : result;
}

BodyResult body_take(Request *request, Str *input)
{
        BodyResult result = BODY_MORE;
        while (result == BODY_MORE && input->len > 0 &&
                !(request->streamed && waiting(request) >= STREAM_HIGH))
                result = request->chunked ? take_chunked(request, input) : take_length(request, input);
        if (result == BODY_OVER)
                request->body_over = true;
        return result;
}

int http_read(HttpRequest *public, void *ret, size_t max)
{
        Request *request = request_of(public);
        while (waiting(request) == 0) {
                if (request->body_over)
                        return 0;
                if (request->body_error < 0)
                        return request->body_error;
                if (!request->conn)
                        return -EPIPE;
                if (request->expect) {
                        request->expect = false;
                        if (!conn_send_continue(request->conn))
                                return -EPIPE;
                }
                conn_pull(request->conn);
                if (waiting(request) > 0 || request->body_over || request->body_error < 0 || !request->conn)
                        continue;
                if (request->conn->eof)
                        return -EPIPE;
                request->waiter = task_self();
                task_park();
        }
        size_t n = waiting(request) < max ? waiting(request) : max;
        n = n < INT32_MAX ? n : INT32_MAX;
        memcpy(ret, request->body.p + request->body_at, n);
        request->body_at += n;
        if (waiting(request) == 0)
                request->body.len = request->body_at = 0;
        return (int)n;
}
