#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/message.h"

/* A strict HTTP/1.1 server on libevent's core. One task per request. What is malformed or ambiguous is
 * refused and the connection closed; RFC 9110/9112 say which status. */

typedef struct Http Http;

typedef struct HttpConfig {
        const char *address;              /* "127.0.0.1" */
        uint16_t port;                    /* 0 = any; http_port tells */
        unsigned max_connections;         /* default 20000: one more is answered 503 and closed */
        unsigned max_connections_address; /* from one address; default 0 = no limit */
        size_t max_header_bytes;          /* default 16384: 431 */
        unsigned max_headers;             /* default 100: 431 */
        size_t max_target;                /* default 8192: 414 */
        size_t max_body;                  /* default 1 MiB, kept in memory: 413 */
        int header_timeout_ms;         /* from the first byte to the end of the headers, and a TLS handshake;
                                        * default 10000 */
        int body_timeout_ms;           /* whole body; default 30000; a streamed one has 20 times as long */
        int idle_timeout_ms;           /* between requests; default 75000 */
        int write_timeout_ms;          /* no progress in sending; default 30000 */
        unsigned max_requests;         /* running at once; default 1024: 503 */
        size_t max_buffered;           /* bodies over 16 KiB held for all requests; default 64 MiB: 503 */
        const char *certificate, *key; /* PEM files: TLS; NULL = plain. Read by http_open */
} HttpConfig;

typedef struct HttpHeader {
        Str name, value; /* name as sent; value trimmed */
} HttpHeader;

typedef struct HttpRequest HttpRequest;
struct HttpRequest {
        Arena *arena;
        Str method; /* "GET" */
        Str target; /* as sent: "/api/v1/leads?x=1" */
        Str path;   /* percent-decoded, no dot segments, no NUL, valid UTF-8 */
        Str query;  /* raw */
        unsigned n_headers;
        const HttpHeader *headers;
        Str body;           /* whole; empty for a streamed request */
        bool head;          /* HEAD: the body is left out of the answer by the library */
        char address[46];   /* of the peer */
        const char *reason; /* of a refusal by the library, in English; NULL = none: for `problem` */
        void *arg;          /* HttpHandlers.arg */
};

typedef struct HttpHandlers {
        /* Runs in a task. Must answer once. */
        void (*request)(Http *http, HttpRequest *request);
        /* Asked when the headers are in and a body follows: true = the handler wants to read it itself with
         * http_read, up to *ret_max bytes. Outside of a task; must not wait. */
        bool (*streams)(const HttpRequest *request, size_t *ret_max, void *arg);
        /* Renders the body of an error found by the library (bad request, limits). NULL: an empty body. */
        void (*problem)(HttpRequest *request, MsgCode code, StrBuf *ret_body, const char **ret_content_type,
                void *arg);
        void *arg;
} HttpHandlers;

/* 0, -EINVAL (address, certificate), or what the socket calls gave. What is zero in the configuration takes
 * its default.
 */
int http_open(Loop *loop, const HttpConfig *config, const HttpHandlers *handlers, Http **ret);
uint16_t http_port(const Http *http);
/* Reads certificate and key again, for connections to come. -EINVAL: the former stay. */
int http_reload_certificate(Http *http);
/* Stops accepting, lets requests under way end (at most wait_us), closes. From a task that serves no request.
 */
void http_drain(Http *http, int64_t wait_us);
/* Closes all connections; requests still running go on, their answers are dropped. Accepts NULL, returns
 * NULL. */
Http *http_close(Http *http);

/* The header of that name (case-insensitive); empty Str when absent. Several make one list, joined by ", "
 * (those that may stand only once, like Cookie or Content-Type, were refused). */
Str http_header(const HttpRequest *request, const char *name);

/* Query parameters: decoded, in order. Bad percent-encoding or UTF-8: -EINVAL. More than `max`: -E2BIG. */
typedef struct HttpParam {
        Str name, value;
} HttpParam;
int http_params(Arena *arena, Str query, unsigned max, HttpParam **ret, unsigned *ret_n);

/* ---- reading a streamed body ---- */
/* Up to `max` bytes, parks until some are there. > 0 bytes, 0 = end, -EMSGSIZE over the limit, -EPIPE client
 * gone or timed out. */
int http_read(HttpRequest *request, void *ret, size_t max);

/* ---- answering ---- */
void http_set(HttpRequest *request, const char *name,
        const char *value); /* a response header; CR/LF refused (abort) */
/* The same in place of the one of that name, spelled alike, that was set before, if any. */
void http_replace(HttpRequest *request, const char *name, const char *value);
/* Sends status, headers and body; the body is copied. Texts over 1.4 kB without a strong ETag are packed for
 * who accepts gzip. */
void http_reply(HttpRequest *request, int status, const char *content_type, const void *body, size_t len);
/* Long answers: begin (chunked), write (parks while the client is slow), end. -EPIPE = client gone. */
int http_begin(HttpRequest *request, int status, const char *content_type);
int http_write(HttpRequest *request, const void *data, size_t len);
int http_end(HttpRequest *request);
/* The client has closed its side: worth asking now and then during a long answer. */
bool http_gone(const HttpRequest *request);
/* Answers with a file, by its size and in pieces; caller has set the headers. 0, -ENOENT. */
int http_file(HttpRequest *request, int status, const char *content_type, const char *path);

/* ---- an answer that stays open without a task ---- */
typedef struct Conn HttpStream;
/* After http_begin: the answer goes on when the handler has returned, which it then does at once; nothing of
 * the request lives on. What the client still sends is dropped, and the connection ends with the answer.
 * `gone` runs once, outside of a task or inside of http_push, when the client or the server has
 * ended it; the stream is not valid from then on. NULL: the client is gone already, `gone` does not run. */
HttpStream *http_detach(HttpRequest *request, void (*gone)(void *arg), void *arg);
/* Sends a piece without waiting: what the socket does not take is kept (http_pending), and a client that
 * takes nothing for write_timeout_ms is gone. False: gone; the stream is not valid any more. */
bool http_push(HttpStream *stream, const void *data, size_t len);
/* Bytes that the client has not taken yet. */
size_t http_pending(const HttpStream *stream);
/* The whole answer was given: `gone` does not run, the stream is not valid any more. */
void http_push_end(HttpStream *stream);

typedef struct HttpStats {
        uint64_t accepted, requests, refused, bytes_in, bytes_out;
        unsigned connections, running;
} HttpStats;
void http_stats(const Http *http, HttpStats *ret);
