#pragma once

#include <event2/event.h>
#include <event2/event_struct.h>

#include "http/chunked.h"
#include "http/gzip.h"
#include "http/http.h"
#include "http/parser.h"
#include "http/tls.h"

/* What the server's parts share. A connection owns its socket, what was read ahead and what is still to be
 * sent; a request owns its arena, which outlives the connection when the client goes away. Each points to the
 * other and is told when it ends. */

#define SCRATCH_SIZE  ((size_t)64 << 10)
#define SEND_HIGH     ((size_t)256 << 10) /* a writer parks above */
#define SEND_LOW      ((size_t)64 << 10)  /* and goes on below */
#define ARENAS_POOLED 64

typedef struct Conn Conn;
typedef struct Peers Peers;

/* What a connection may be waiting for. All that wait for the same have the same time, so each list is in the
 * order of the deadlines. */
typedef enum WaitKind {
        WAIT_HANDSHAKE,
        WAIT_IDLE,
        WAIT_HEAD,
        WAIT_BODY,
        WAIT_STREAM,
        WAIT_LINGER,
        WAIT_SEND,
        WAIT_MAX
} WaitKind;

typedef struct Wait {
        struct Wait *prev, *next; /* NULL = in no list */
        int64_t deadline;
} Wait;

struct Http {
        Loop *loop;
        HttpConfig config;
        HttpHandlers handlers;
        HeadLimits limits;
        int listener;
        struct event *accept, *accept_again;
        struct event *sweep; /* at the earliest deadline, or earlier */
        int64_t sweep_at;
        struct event *reap;
        Wait waits[WAIT_MAX];
        int64_t timeouts[WAIT_MAX]; /* µs */
        Conn *conns, *dead;
        Peers *peers; /* NULL = no limit by address */
        Tls *tls;     /* NULL = plain */
        Gzip *gzip;   /* made with the first answer that is packed */
        HttpStats stats;
        size_t buffered;
        HeadField *fields; /* for heads that come in one piece */
        char *scratch;
        Arena *arenas[ARENAS_POOLED];
        unsigned n_arenas;
        int64_t date_second;
        char date[96]; /* the whole field */
        Task *drainer;
        bool draining, closed;
};

typedef struct Request {
        HttpRequest public;
        Http *http;
        Conn *conn;   /* NULL = the client is gone */
        Task *waiter; /* parked in http_read or http_write */

        bool chunked, expect, streamed;
        bool body_over;
        int body_error;
        uint64_t left; /* of a body with Content-Length */
        Chunked decoder;
        size_t body_max, body_size;
        StrBuf body; /* all of it, or what http_read has not taken yet */
        size_t body_at;
        size_t buffered; /* counted in http->buffered */

        StrBuf fields; /* of the answer */
        bool answered, chunking, ended;
} Request;

typedef enum ConnState {
        CONN_IDLE,   /* between requests */
        CONN_HEAD,   /* part of a head is in */
        CONN_BODY,   /* part of a body is in */
        CONN_RUN,    /* a task serves the request */
        CONN_OPEN,   /* the answer goes on without a task (push.c) */
        CONN_FLUSH,  /* the answer is being sent */
        CONN_LINGER, /* the answer was the last one; what still comes is dropped until the client closes */
        CONN_CLOSED
} ConnState;

struct Conn {
        Http *http;
        Conn *next, **link;
        struct event read_event, write_event;
        int fd;
        TlsConn *tls; /* NULL = plain */
        uint8_t state;
        bool reading, writing; /* the events are added */
        bool shaking;          /* TLS: the handshake is not over */
        bool read_writes;      /* TLS can read on when the socket takes bytes */
        bool consuming;        /* input is being taken: what follows is decided after it */
        bool eof;              /* the client sends no more */
        bool last;             /* close after this answer */
        bool lingers;          /* and the client may still be sending */
        Wait wait_in, wait_out;
        StrBuf in; /* read, consumed up to in_at */
        size_t in_at;
        Head *head; /* of a head that is not complete, with its fields behind it */
        Request *request;
        void (*gone)(void *arg); /* of an answer without a task */
        void *gone_arg;
        StrBuf out; /* from out_at on still to be sent */
        size_t out_at;
        uint64_t peer; /* key in `peers` */
        char address[46];
};

/* ---- server.c ---- */
void wait_start(Http *http, Wait *wait, WaitKind kind);
void wait_stop(Wait *wait);
/* The connection's memory goes at the end of the turn. */
void http_bury(Conn *conn);
/* Frees a closed server when nothing runs any more. */
void http_release(Http *http);

/* ---- connection.c ---- */
/* Takes the descriptor over. */
Conn *conn_new(Http *http, int fd, uint64_t peer, const char *address);
/* Answers 503 and closes. */
void conn_turn_away(Conn *conn);
void conn_expire(Conn *conn, WaitKind kind);
/* Closes the socket and lets the request know. */
void conn_close(Conn *conn);
/* The answer has been handed over: sends the rest, then goes on with the next request or closes. */
void conn_answered(Conn *conn);
void conn_sent(Conn *conn);
/* Closes so that the client still gets what was sent. */
void conn_end(Conn *conn);
/* The request's answer goes on without it: what comes in is dropped from now on. */
void conn_stay_open(Conn *conn);
/* For a streamed body: consumes what was read ahead, and reads more. */
void conn_pull(Conn *conn);

/* ---- output.c ---- */
/* Sends at once what the socket takes and keeps a copy of the rest. False: the connection is closed. */
#define SEND_PIECES_MAX 3
bool conn_send(Conn *conn, const Str *pieces, unsigned n);
bool conn_send_continue(Conn *conn);
void conn_watch_writable(Conn *conn);
void conn_on_writable(evutil_socket_t fd, short what, void *arg);

static inline size_t conn_pending(const Conn *conn)
{
        return conn->out.len - conn->out_at;
}

/* Parks until there is room to send more. 0 or -EPIPE. */
int request_wait_room(Request *request);

/* ---- request.c ---- */
/* From a head that is complete, or was refused or is late (then with what is known of it). `head` may be
 * NULL. */
Request *request_new(Conn *conn, const Head *head, Str input);
/* Gives the arena back. */
void request_free(Request *request);
/* Starts the task. */
void request_start(Request *request);
/* Answers with a problem, without a task. */
void request_refuse(Request *request, MsgCode code, const char *reason);
void request_wake(Request *request);

/* ---- body.c ---- */
typedef enum BodyResult {
        BODY_MORE,
        BODY_OVER,
        BODY_BAD,
        BODY_TOO_LARGE,
        BODY_BUSY,
        BODY_RESULT_MAX
} BodyResult;
/* Decodes from the front of `input`, which moves on. */
BodyResult body_take(Request *request, Str *input);

/* ---- peers.c ---- */
Peers *peers_new(void);
Peers *peers_free(Peers *peers);
/* The count with this one. */
unsigned peers_add(Peers *peers, uint64_t key);
void peers_remove(Peers *peers, uint64_t key);

static inline Request *request_of(const HttpRequest *request)
{
        return (Request *)request;
}
