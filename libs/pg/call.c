/* Calls and their queues: see call.h. */
#include "pg/call.h"
#include "pg/pg.h"

#define DEADLINE_DEFAULT_US INT64_C(10000000)

static struct {
        int64_t us;
        void (*fn)(const char *sql, int64_t us);
} slow;

void pg_on_slow(int64_t us, void (*fn)(const char *sql, int64_t us))
{
        slow.us = us;
        slow.fn = fn;
}

void pgcall_init(Call *call, int64_t deadline_us, void (*free)(Call *call))
{
        call->waiter = task_self();
        call->began_us = clock_monotonic();
        call->deadline_us = deadline_us ? deadline_us : call->began_us + DEADLINE_DEFAULT_US;
        call->free = free;
}

void pgcall_done(Call *call)
{
        call->failure = pgfailure_unref(call->failure);
}

void pgqueue_init(CallQueue *queue)
{
        TAILQ_INIT(&queue->calls);
        queue->n = 0;
}

void pgqueue_add(CallQueue *queue, Call *call)
{
        TAILQ_INSERT_TAIL(&queue->calls, call, link);
        queue->n++;
        call->queue = queue;
        call->state = CALL_QUEUED;
}

void pgqueue_add_first(CallQueue *queue, Call *call)
{
        TAILQ_INSERT_HEAD(&queue->calls, call, link);
        queue->n++;
        call->queue = queue;
        call->state = CALL_QUEUED;
}

void pgqueue_remove(Call *call)
{
        TAILQ_REMOVE(&call->queue->calls, call, link);
        call->queue->n--;
        call->queue = NULL;
}

Call *pgqueue_take(CallQueue *queue)
{
        Call *call = TAILQ_FIRST(&queue->calls);

        if (call)
                pgqueue_remove(call);
        return call;
}

void pgqueue_prepend(CallQueue *queue, CallQueue *from)
{
        Call *call;

        while ((call = TAILQ_LAST(&from->calls, CallList))) {
                pgqueue_remove(call);
                pgqueue_add_first(queue, call);
        }
}

void pgcall_finish(Call *call, PgFailure *failure)
{
        pgfailure_unref(call->failure);
        call->failure = failure;
        call->state = CALL_DONE;
        if (call->waiter)
                task_wake(call->waiter);
        else
                call->free(call);
}

void pgcall_succeed(Call *call)
{
        pgcall_finish(call, NULL);
}

void pgqueue_finish(CallQueue *queue, PgFailure *failure)
{
        Call *call;

        while ((call = pgqueue_take(queue)))
                pgcall_finish(call, pgfailure_ref(failure));
}

/* Once for each call. */
static void tell_slow(Call *call)
{
        int64_t us = slow.fn && call->sql ? clock_monotonic() - call->began_us : 0;

        if (us == 0 || us < slow.us)
                return;
        slow.fn(call->sql, us);
        call->sql = NULL;
}

bool pgcall_wait(Call *call, int64_t until_us)
{
        while (call->state != CALL_DONE)
                if (!task_park_until(until_us))
                        break;
        tell_slow(call);
        return call->state == CALL_DONE;
}

bool pgcall_is_over(Call *call)
{
        if (call->waiter && clock_monotonic() < call->deadline_us)
                return false;
        pgcall_finish(
                call, call->failure ? pgfailure_ref(call->failure) : pgfailure_new(PG_E_TIMEOUT, "deadline"));
        return true;
}
