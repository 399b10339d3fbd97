/* The turn: collect from libevent, run the tasks that can go on, run the hooks; and the tasks' deadlines, a
 * heap with one libevent timer for its top. */
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/thread.h>
#include <stdlib.h>
#include <time.h>

#include "base/loop-private.h"

/* How long tasks and hooks may go on waking each other before the loop looks at its descriptors again. */
#define TURN_ROUNDS  16
#define TURN_RESUMES 1024

static int64_t clock_us(clockid_t id)
{
        struct timespec now;

        (void)clock_gettime(id, &now);
        return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic(void)
{
        return clock_us(CLOCK_MONOTONIC);
}

int64_t clock_realtime(void)
{
        return clock_us(CLOCK_REALTIME);
}

/* ---- deadlines ---- */

static void heap_put(Loop *loop, unsigned at, Task *task)
{
        loop->heap[at] = task;
        task->heap_at = at;
}

static void heap_up(Loop *loop, unsigned at, Task *task)
{
        while (at > 1 && task->deadline < loop->heap[at / 2]->deadline) {
                heap_put(loop, at, loop->heap[at / 2]);
                at /= 2;
        }
        heap_put(loop, at, task);
}

static void heap_down(Loop *loop, unsigned at, Task *task)
{
        for (unsigned child = at * 2; child <= loop->n_heap; child = at * 2) {
                if (child < loop->n_heap && loop->heap[child + 1]->deadline < loop->heap[child]->deadline)
                        child++;
                if (task->deadline <= loop->heap[child]->deadline)
                        break;
                heap_put(loop, at, loop->heap[child]);
                at = child;
        }
        heap_put(loop, at, task);
}

void loop_deadline_add(Loop *loop, Task *task, int64_t deadline_us)
{
        assert(!task->heap_at);
        if (loop->n_heap + 1 >= loop->heap_cap) {
                unsigned cap = loop->heap_cap ? loop->heap_cap * 2 : 64;
                Task **heap = reallocarray(loop->heap, cap, sizeof(Task *));
                if (!heap)
                        abort();
                loop->heap = heap;
                loop->heap_cap = cap;
        }
        task->deadline = deadline_us;
        heap_up(loop, ++loop->n_heap, task);
}

void loop_deadline_remove(Loop *loop, Task *task)
{
        unsigned at = task->heap_at;

        if (!at)
                return;
        task->heap_at = 0;
        Task *last = loop->heap[loop->n_heap--];
        if (last == task)
                return;
        if (at > 1 && last->deadline < loop->heap[at / 2]->deadline)
                heap_up(loop, at, last);
        else
                heap_down(loop, at, last);
}

static void wake_expired(Loop *loop)
{
        if (!loop->n_heap)
                return;
        int64_t now = clock_monotonic();
        while (loop->n_heap && loop->heap[1]->deadline <= now) {
                Task *task = loop->heap[1];
                loop_deadline_remove(loop, task);
                if (task->state == TASK_PARKED)
                        loop_make_ready(loop, task);
        }
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
        (void)fd;
        (void)what;
        ((Loop *)arg)->armed = INT64_MAX;
}

/* Only ever makes the timer earlier: most deadlines are taken back before they pass, and firing once for
 * nothing costs less than moving the timer with each of them. */
static void arm_timer(Loop *loop)
{
        if (!loop->n_heap || loop->heap[1]->deadline >= loop->armed)
                return;
        int64_t left = loop->heap[1]->deadline - clock_monotonic();
        if (left < 0)
                left = 0;
        struct timeval tv = {.tv_sec = left / 1000000, .tv_usec = left % 1000000};
        if (evtimer_add(loop->timer, &tv) == 0)
                loop->armed = loop->heap[1]->deadline;
}

/* ---- turns ---- */

void loop_make_ready(Loop *loop, Task *task)
{
        task->state = TASK_READY;
        task->next = NULL;
        *loop->ready_end = task;
        loop->ready_end = &task->next;
}

static void run_ready(Loop *loop)
{
        for (unsigned n = 0; loop->ready && n < TURN_RESUMES; n++) {
                Task *task = loop->ready;
                loop->ready = task->next;
                if (!loop->ready)
                        loop->ready_end = &loop->ready;
                task_resume(task);
        }
}

static void run_turn(Loop *loop)
{
        unsigned rounds = 0;

        wake_expired(loop);
        do {
                run_ready(loop);
                for (unsigned i = 0; i < loop->n_hooks; i++)
                        if (loop->hooks[i].fn)
                                loop->hooks[i].fn(loop->hooks[i].arg);
        } while (loop->ready && !loop->stopped && ++rounds < TURN_ROUNDS);
}

void loop_run(Loop *loop)
{
        fiber_adopt(&loop->fiber);
        run_turn(loop);
        while (!loop->stopped) {
                arm_timer(loop);
                (void)event_base_loop(
                        loop->base, EVLOOP_NO_EXIT_ON_EMPTY | (loop->ready ? EVLOOP_NONBLOCK : EVLOOP_ONCE));
                run_turn(loop);
        }
        loop->stopped = false;
}

void loop_stop(Loop *loop)
{
        loop->stopped = true;
}

void loop_on_turn(Loop *loop, void (*fn)(void *arg), void *arg)
{
        TurnHook *hooks = reallocarray(loop->hooks, loop->n_hooks + 1, sizeof(TurnHook));

        if (!hooks)
                abort();
        loop->hooks = hooks;
        loop->hooks[loop->n_hooks++] = (TurnHook){.fn = fn, .arg = arg};
}

/* The place stays empty: a turn may be walking over the hooks. */
void loop_off_turn(Loop *loop, void (*fn)(void *arg), void *arg)
{
        for (unsigned i = 0; i < loop->n_hooks; i++)
                if (loop->hooks[i].fn == fn && loop->hooks[i].arg == arg)
                        loop->hooks[i].fn = NULL;
}

struct event_base *loop_base(Loop *loop)
{
        return loop->base;
}

static struct event_base *base_new(void)
{
        struct event_config *config = NULL;
        struct event_base *base = NULL;

        /* Threads of libraries call into the base (nats.c's timers): locks before the base is made. */
        if (evthread_use_pthreads() < 0)
                return NULL;
        config = event_config_new();
        if (!config)
                return NULL;
        if (event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0)
                base = event_base_new_with_config(config);
        event_config_free(config);
        return base;
}

int loop_new(Loop **ret)
{
        Loop *loop = calloc(1, sizeof *loop);

        if (!loop)
                return -ENOMEM;
        loop->ready_end = &loop->ready;
        loop->armed = INT64_MAX;
        loop->base = base_new();
        if (loop->base)
                loop->timer = evtimer_new(loop->base, on_timer, loop);
        if (!loop->timer) {
                (void)loop_free(loop);
                return -ENOMEM;
        }
        *ret = loop;
        return 0;
}

Loop *loop_free(Loop *loop)
{
        if (!loop)
                return NULL;
        loop->offload = offload_free(loop->offload);
        task_free_all(loop);
        if (loop->timer)
                event_free(loop->timer);
        if (loop->base)
                event_base_free(loop->base);
        free(loop->heap);
        free(loop->hooks);
        free(loop);
        return NULL;
}
