#pragma once

#include "pg/call.h"
#include "pg/conn.h"
#include "pg/results.h"

/* A call that only reads: on the reader or on a list connection. It is sent again once when its connection is
 * lost. Private to libs/pg. */
typedef struct ReadCall ReadCall;
struct ReadCall {
        Call call;
        /* pg_get: one row out of a shared result */
        const char *sql;
        Uuid id;
        SharedResult *shared;
        int row;
        ReadCall *next; /* in the same batch */
        /* pg_read, pg_list: a result for each statement */
        const PgStmt *stmts;
        unsigned n;
        PGresult *results[];
};

ReadCall *pgread_new(unsigned n, int64_t deadline_us);
/* Parks until it is answered, takes the results into the arena, frees it. `conn` may be gone when it was
 * answered; `ret_row` is for pg_get. */
int pgread_wait(ReadCall *read, const PgConn *conn, Arena *arena, PgRows **ret, int *ret_row);
/* The segment's steps from `step` on are the call's: takes their results, or counts the failure that hit it.
 * false = it must be sent again. */
bool pgread_settle(ReadCall *read, Segment *segment, unsigned step, SegmentEnd end);
/* The part of pgread_settle that a batch of pg_get shares. */
typedef enum ReadFate { READ_DONE, READ_FAILED, READ_STALE, READ_ABORTED, READ_LOST } ReadFate;
ReadFate pgread_fate(
        const Segment *segment, unsigned step, unsigned n, SegmentEnd end, PgFailure **ret_failure);
/* After a fate that is not READ_DONE or READ_FAILED: false = it may not be tried again and is answered. */
bool pgread_may_repeat(ReadCall *read, ReadFate fate);
