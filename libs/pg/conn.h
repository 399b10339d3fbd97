#pragma once

#include <libpq-fe.h>
#include <sys/queue.h>

#include "pg/failure.h"
#include "pg/pg.h"
#include "pg/prepared.h"

/* One libpq connection on the loop, in pipeline mode. What it carries are segments: statements that end in
 * one sync, so one transaction. Private to libs/pg.
 *
 *        pgconn_new ──▶ CONNECTING ──▶ UP ──▶ DOWN ──(back-off)──▶ CONNECTING …
 *
 * A segment's `done` is called exactly once, from the loop, never from within pgconn_send. */

typedef enum SegmentEnd {
        SEGMENT_OK,       /* every step has its result, and it is committed */
        SEGMENT_FAILED,   /* step `failed` has `error`, the steps before it have results; rolled back */
        SEGMENT_NOT_DONE, /* the connection broke, and nothing of it can have been committed */
        SEGMENT_UNKNOWN,  /* the connection broke, and it may have been committed */
} SegmentEnd;

typedef struct SegmentStep {
        const char *sql; /* sql and parameters: the caller's, until pgconn_send returns */
        unsigned n_args;
        const uint32_t *types;
        const char *const *values;
        const int *lengths;
        PGresult *result; /* taken by whoever sets it to NULL */
        Prepared *prepared;
        bool preparing; /* the answer to its preparation is still to come */
} SegmentStep;

typedef struct Segment Segment;
struct Segment {
        TAILQ_ENTRY(Segment) link;
        void (*done)(Segment *segment, SegmentEnd end); /* frees it */
        void *owner;
        bool prepare;
        bool flushed;       /* its sync is out */
        unsigned n_dropped; /* deallocations in front */
        unsigned at;        /* the step whose answer comes next */
        unsigned failed;    /* n_steps = at commit; only with error */
        PGresult *error;
        unsigned n_steps, max_steps;
        SegmentStep steps[];
};

Segment *pgsegment_new(
        unsigned max_steps, bool prepare, void (*done)(Segment *segment, SegmentEnd end), void *owner);
Segment *pgsegment_free(Segment *segment);
void pgsegment_add(Segment *segment, const PgStmt *stmt);
/* A statement without parameters. */
void pgsegment_add_sql(Segment *segment, const char *sql);
/* A step's result, which is the caller's from then on. */
PGresult *pgsegment_take(Segment *segment, unsigned step);

typedef enum ConnState { CONN_DOWN, CONN_CONNECTING, CONN_UP } ConnState;

typedef struct ConnConfig {
        const char *conninfo;
        const char *role;     /* application_name is "<user>:<role>" */
        const char *settings; /* "-c name=value …" beyond those every connection gets */
        bool reconnect;
        void (*changed)(PgConn *conn, void *arg); /* it is up, or down (after its segments were told) */
        void *arg;
} ConnConfig;

struct PgConn {
        Loop *loop;
        PGconn *pq;
        ConnState state;
        bool breaking; /* to be given up as soon as the loop comes by */
        ConnConfig config;
        const char **keywords, **values;
        struct event *readable, *writable, *timer, *breaker;
        int64_t up_since;
        unsigned backoff_ms;
        uint64_t losses;
        char why[300]; /* it is not up */
        TAILQ_HEAD(SegmentList, Segment) segments;
        PreparedCache prepared;
        /* Out of pipeline mode (scripts, COPY): called when there is input, and when the connection is lost.
         */
        void (*plain)(PgConn *conn, bool lost);
        struct Plain *plain_state;
        Task *flush_waiter; /* woken when everything is out, or the connection lost */
};

/* Connects in the background. NULL = the conninfo can't be read, *ret_failure says why. */
PgConn *pgconn_new(Loop *loop, const ConnConfig *config, PgFailure **ret_failure);
/* Segments under way end at once. */
PgConn *pgconn_free(PgConn *conn);
/* The connection must be up. Takes the segment. */
void pgconn_send(PgConn *conn, Segment *segment);
/* Gives the connection up at the next turn. */
void pgconn_break(PgConn *conn);
/* Sends what is buffered: 0 = all out, 1 = the rest follows by itself, -1 = broken. */
int pgconn_flush(PgConn *conn);
/* What a call gets that waited for this connection in vain. */
PgFailure *pgconn_failure(const PgConn *conn);

/* pipeline.c: takes in what has arrived. */
void pgpipeline_receive(PgConn *conn);
/* Ends every segment: the connection is gone. */
void pgpipeline_lose(PgConn *conn);

/* own.c: rolls back what a failure has left open. plain.c: forgets what went on out of pipeline mode. */
void pgown_leave_transaction(PgConn *conn);
void pgplain_forget(PgConn *conn);
