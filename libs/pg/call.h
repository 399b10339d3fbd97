#pragma once

#include "pg/failure.h"
#include "pg/heap.h"
#include <sys/queue.h>

/* What a task waits for: stands in a queue until it is sent, and is done when it has its answer. A task that
 * gives up leaves a call that was sent behind; then whoever answers it frees it. Private to libs/pg. */

typedef enum CallState { CALL_QUEUED, CALL_SENT, CALL_DONE } CallState;

typedef struct Call Call;
typedef struct CallQueue {
        TAILQ_HEAD(CallList, Call) calls;
        unsigned n;
} CallQueue;

struct Call {
        TAILQ_ENTRY(Call) link;
        CallQueue *queue; /* NULL = stands in none */
        Task *waiter;     /* NULL = it gave up */
        CallState state;
        int64_t deadline_us, began_us;
        const char *sql;    /* for pg_on_slow; NULL = told already, or nothing to tell */
        unsigned tries;     /* connections lost, plans gone stale under it */
        PgFailure *failure; /* done: NULL = success; before: what it met last */
        void (*free)(Call *call);
};

/* A call of the running task. deadline_us 0 = in ten seconds. */
void pgcall_init(Call *call, int64_t deadline_us, void (*free)(Call *call));
/* Drops what all calls hold; for the `free` of each kind. */
void pgcall_done(Call *call);
void pgqueue_init(CallQueue *queue);
void pgqueue_add(CallQueue *queue, Call *call);
void pgqueue_add_first(CallQueue *queue, Call *call);
void pgqueue_remove(Call *call);
Call *pgqueue_take(CallQueue *queue); /* the first, NULL = empty */
/* Moves all of `from` in front of `queue`. */
void pgqueue_prepend(CallQueue *queue, CallQueue *from);
/* The answer is there; takes the failure. Wakes the task, or frees the call when it gave up. */
void pgcall_finish(Call *call, PgFailure *failure);
void pgcall_succeed(Call *call);
/* Ends every call in the queue with the failure. */
void pgqueue_finish(CallQueue *queue, PgFailure *failure);
/* Parks until it is done, false = `until_us` passed. */
bool pgcall_wait(Call *call, int64_t until_us);
/* Nobody waits for it any more, or its deadline has passed: then it is ended and must not be sent again. */
bool pgcall_is_over(Call *call);
