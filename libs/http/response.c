/* Answers: status line, fields, bodies by length and chunked. The Date is worked out once a second. */

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/chars.h"
#include "http/connection.h"
#include "http/response.h"

#define WRITE_PIECE ((size_t)64 << 10)

static const struct {
        int status;
        Str line;
} lines[] = {
        {200, STR("HTTP/1.1 200 OK\r\n")},
        {201, STR("HTTP/1.1 201 Created\r\n")},
        {202, STR("HTTP/1.1 202 Accepted\r\n")},
        {204, STR("HTTP/1.1 204 No Content\r\n")},
        {206, STR("HTTP/1.1 206 Partial Content\r\n")},
        {301, STR("HTTP/1.1 301 Moved Permanently\r\n")},
        {302, STR("HTTP/1.1 302 Found\r\n")},
        {303, STR("HTTP/1.1 303 See Other\r\n")},
        {304, STR("HTTP/1.1 304 Not Modified\r\n")},
        {307, STR("HTTP/1.1 307 Temporary Redirect\r\n")},
        {308, STR("HTTP/1.1 308 Permanent Redirect\r\n")},
        {400, STR("HTTP/1.1 400 Bad Request\r\n")},
        {401, STR("HTTP/1.1 401 Unauthorized\r\n")},
        {403, STR("HTTP/1.1 403 Forbidden\r\n")},
        {404, STR("HTTP/1.1 404 Not Found\r\n")},
        {405, STR("HTTP/1.1 405 Method Not Allowed\r\n")},
        {406, STR("HTTP/1.1 406 Not Acceptable\r\n")},
        {408, STR("HTTP/1.1 408 Request Timeout\r\n")},
        {409, STR("HTTP/1.1 409 Conflict\r\n")},
        {410, STR("HTTP/1.1 410 Gone\r\n")},
        {412, STR("HTTP/1.1 412 Precondition Failed\r\n")},
        {413, STR("HTTP/1.1 413 Content Too Large\r\n")},
        {414, STR("HTTP/1.1 414 URI Too Long\r\n")},
        {415, STR("HTTP/1.1 415 Unsupported Media Type\r\n")},
        {416, STR("HTTP/1.1 416 Range Not Satisfiable\r\n")},
        {422, STR("HTTP/1.1 422 Unprocessable Content\r\n")},
        {428, STR("HTTP/1.1 428 Precondition Required\r\n")},
        {429, STR("HTTP/1.1 429 Too Many Requests\r\n")},
        {431, STR("HTTP/1.1 431 Request Header Fields Too Large\r\n")},
        {500, STR("HTTP/1.1 500 Internal Server Error\r\n")},
        {501, STR("HTTP/1.1 501 Not Implemented\r\n")},
        {502, STR("HTTP/1.1 502 Bad Gateway\r\n")},
        {503, STR("HTTP/1.1 503 Service Unavailable\r\n")},
        {504, STR("HTTP/1.1 504 Gateway Timeout\r\n")},
        {505, STR("HTTP/1.1 505 HTTP Version Not Supported\r\n")},
        {507, STR("HTTP/1.1 507 Insufficient Storage\r\n")},
};

static void put(StrBuf *buf, Str text)
{
        strbuf_put(buf, text.p, text.len);
}

static void put_status(StrBuf *buf, int status)
{
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                if (lines[i].status == status) {
                        put(buf, lines[i].line);
                        return;
                }
        assert(status >= 200 && status < 600);
        strbuf_printf(buf, "HTTP/1.1 %d \r\n", status);
}

static void put_date(StrBuf *buf, Http *http)
{
        static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
        int64_t second = clock_realtime() / 1000000;
        if (second != http->date_second) {
                struct tm tm;
                time_t now = (time_t)second;
                (void)gmtime_r(&now, &tm);
                (void)snprintf(http->date, sizeof http->date,
                        "Date: %.3s, %02d %.3s %d %02d:%02d:%02d GMT\r\n", days + (size_t)tm.tm_wday * 3,
                        tm.tm_mday, months + (size_t)tm.tm_mon * 3, tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                        tm.tm_sec);
                http->date_second = second;
        }
        strbuf_puts(buf, http->date);
}

void http_set(HttpRequest *public, const char *name, const char *value)
{
        StrBuf *fields = &request_of(public)->fields;
        for (const char *p = name; *p || p == name; p++)
                if (!char_is(*p, CHAR_TOKEN))
                        abort();
        for (const char *p = value; *p; p++)
                if (!char_is(*p, CHAR_VALUE))
                        abort();
        strbuf_puts(fields, name);
        strbuf_put(fields, ": ", 2);
        strbuf_puts(fields, value);
        strbuf_put(fields, "\r\n", 2);
}

void http_replace(HttpRequest *public, const char *name, const char *value)
{
        StrBuf *fields = &request_of(public)->fields;
        size_t len = strlen(name);

        for (size_t at = 0; at < fields->len;) {
                const char *line = fields->p + at;
                const char *end = memmem(line, fields->len - at, "\r\n", 2);
                size_t whole = (size_t)(end - line) + 2;
                if (whole > len && line[len] == ':' && memcmp(line, name, len) == 0) {
                        memmove(fields->p + at, fields->p + at + whole, fields->len - at - whole);
                        fields->len -= whole;
                        break;
                }
                at += whole;
        }
        http_set(public, name, value);
}

bool response_begin(Request *request, int status, const char *content_type, int64_t len, StrBuf *ret)
{
        Conn *conn = request->conn;
        bool bodiless = status == 204 || status == 304;
        assert(!request->answered);
        request->answered = true;
        if (!conn)
                return false;
        if (!request->body_over || conn->http->draining)
                conn->last = conn->lingers = true;
        *ret = (StrBuf){.arena = request->public.arena};
        (void)strbuf_reserve(ret, 256 + request->fields.len);
        put_status(ret, status);
        put_date(ret, request->http);
        if (request->fields.len > 0)
                strbuf_put(ret, request->fields.p, request->fields.len);
        if (content_type && !bodiless) {
                strbuf_put(ret, "Content-Type: ", 14);
                strbuf_puts(ret, content_type);
                strbuf_put(ret, "\r\n", 2);
        }
        if (len < 0) {
                put(ret, STR("Transfer-Encoding: chunked\r\n"));
        } else if (!bodiless) {
                strbuf_put(ret, "Content-Length: ", 16);
                strbuf_put_i64(ret, len);
                strbuf_put(ret, "\r\n", 2);
        }
        if (conn->last)
                put(ret, STR("Connection: close\r\n"));
        strbuf_put(ret, "\r\n", 2);
        return true;
}

/* A strong ETag is of these very bytes; packed they would need another. */
static bool has_strong_etag(const Request *request)
{
        return request->fields.len > 0 &&
               memmem(request->fields.p, request->fields.len, "ETag: \"", 7) != NULL;
}

static Str packed(Request *request, const char *content_type, const void *body, size_t len)
{
        HttpRequest *public = &request->public;

        if (!gzip_worthwhile(content_type, len) || !request->conn || has_strong_etag(request))
                return (Str){body, len};
        http_set(public, "Vary", "Accept-Encoding");
        if (!gzip_accepted(http_header(public, "Accept-Encoding")))
                return (Str){body, len};
        if (!request->http->gzip)
                request->http->gzip = gzip_new();
        http_set(public, "Content-Encoding", "gzip");
        return gzip_pack(request->http->gzip, public->arena, body, len);
}

void http_reply(HttpRequest *public, int status, const char *content_type, const void *body, size_t len)
{
        Request *request = request_of(public);
        StrBuf head;
        Str text = packed(request, content_type, body, len);
        body = text.p;
        len = text.len;
        if (!response_begin(request, status, content_type, (int64_t)len, &head))
                return;
        Str pieces[] = {{head.p, head.len}, {body, len}};
        bool with_body = len > 0 && !public->head && status != 204 && status != 304;
        (void)conn_send(request->conn, pieces, with_body ? 2 : 1);
}

bool http_gone(const HttpRequest *public)
{
        const Conn *conn = request_of(public)->conn;
        return !conn || conn->eof;
}

int http_begin(HttpRequest *public, int status, const char *content_type)
{
        Request *request = request_of(public);
        StrBuf head;
        assert(status != 204 && status != 304);
        request->chunking = true;
        if (!response_begin(request, status, content_type, -1, &head))
                return -EPIPE;
        return conn_send(request->conn, &(Str){head.p, head.len}, 1) ? 0 : -EPIPE;
}

static int write_chunk(Request *request, const char *data, size_t len)
{
        char size[20];
        int n = snprintf(size, sizeof size, "%zx\r\n", len);
        Str pieces[] = {{size, (size_t)n}, {data, len}, STR("\r\n")};
        if (!request->conn || !conn_send(request->conn, pieces, 3))
                return -EPIPE;
        return request_wait_room(request);
}

int http_write(HttpRequest *public, const void *data, size_t len)
{
        Request *request = request_of(public);
        const char *from = data;
        int r = request->conn ? 0 : -EPIPE;
        assert(request->chunking && !request->ended);
        while (r == 0 && len > 0 && !public->head) {
                size_t n = len < WRITE_PIECE ? len : WRITE_PIECE;
                r = write_chunk(request, from, n);
                from += n;
                len -= n;
        }
        return r;
}

int http_end(HttpRequest *public)
{
        Request *request = request_of(public);
        assert(request->chunking && !request->ended);
        request->ended = true;
        if (!request->conn)
                return -EPIPE;
        if (public->head)
                return 0;
        return conn_send(request->conn, &STR("0\r\n\r\n"), 1) ? 0 : -EPIPE;
}
