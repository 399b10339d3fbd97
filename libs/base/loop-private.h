#pragma once

#include "base/fiber.h"
#include "base/loop.h"

/* What loop.c (turns and timers), task.c (stacks and parking) and offload.c (helper threads) share. */

typedef enum TaskState { TASK_FREE, TASK_READY, TASK_RUNNING, TASK_PARKED } TaskState;

struct Task {
        Task *next; /* in the ready queue or in the pool */
        Loop *loop;
        Fiber fiber;
        void (*fn)(void *arg);
        void *arg;
        TaskState state;
        bool woken;
        unsigned heap_at; /* place in the loop's heap of deadlines, from 1; 0 = none */
        int64_t deadline; /* monotonic µs */
        void *slots[TASK_SLOT_MAX];
};

typedef struct TurnHook {
        void (*fn)(void *arg);
        void *arg;
} TurnHook;

typedef struct Offload Offload;

struct Loop {
        struct event_base *base;
        struct event *timer;
        int64_t armed; /* when the libevent timer fires, INT64_MAX = it is not set */
        bool stopped;
        Fiber fiber; /* the thread's own stack */
        Task *ready, **ready_end;
        Task **heap; /* from index 1: the earliest deadline on top */
        unsigned n_heap, heap_cap;
        Task *pool; /* ended tasks, the last one first: its stack is warm */
        unsigned n_pool;
        Task **tasks; /* all that were ever made */
        unsigned n_tasks, tasks_cap, n_live;
        TurnHook *hooks;
        unsigned n_hooks;
        Offload *offload;
};

/* Puts a task that is neither ready nor running into the queue. */
void loop_make_ready(Loop *loop, Task *task);
void loop_deadline_add(Loop *loop, Task *task, int64_t deadline_us);
void loop_deadline_remove(Loop *loop, Task *task);
/* Goes on in a ready task until it parks or ends. */
void task_resume(Task *task);
/* Frees all tasks and their stacks. */
void task_free_all(Loop *loop);
Offload *offload_free(Offload *offload);
