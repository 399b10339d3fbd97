#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One thread, one libevent loop, many tasks. A task is a stack of its own on which straight-line code runs;
 * when it must wait it parks, and the loop goes on with others. Tasks run in turns: after the loop has
 * collected what is ready, every runnable task runs until it parks or ends, then the turn hooks run (they
 * flush what the tasks have gathered: SQL pipelines, NATS messages). Nothing here is thread-safe but
 * loop_offload's own work. */

typedef struct Loop Loop;
typedef struct Task Task;
struct event_base;

int loop_new(Loop **ret);
/* Tasks still parked never run again: what they own is not given back. Takes NULL, gives NULL. */
Loop *loop_free(Loop *loop);
struct event_base *loop_base(Loop *loop);
/* Runs until loop_stop. */
void loop_run(Loop *loop);
void loop_stop(Loop *loop);
/* `fn` runs at the end of every turn, in the order of registration. */
void loop_on_turn(Loop *loop, void (*fn)(void *arg), void *arg);
/* Takes back a hook; one that runs may take back itself or another. */
void loop_off_turn(Loop *loop, void (*fn)(void *arg), void *arg);

/* Starts fn(arg) on a stack of its own (128 KiB) in this turn. At most LOOP_TASKS_MAX live at once: then
 * -EBUSY; no memory for a stack: -ENOMEM. `ret` may be NULL; the pointer is valid until fn returns. */
#define LOOP_TASKS_MAX 4096
int task_spawn(Loop *loop, void (*fn)(void *arg), void *arg, Task **ret);
/* The running task, NULL outside of one. */
Task *task_self(void);
/* Parks the running task until task_wake. A wake that came before the park is not lost; several before the
 * task runs again are one, and one that nobody waited for ends the next park. So a wait is a loop on its
 * condition: `while (!call->done) task_park();` */
void task_park(void);
/* As task_park, but at most until `deadline_us` (monotonic clock): false = it passed. */
bool task_park_until(int64_t deadline_us);
void task_wake(Task *task);
/* Lets the loop and the other tasks have a turn: for long work that is done in steps. */
void task_yield(void);
void task_sleep(int64_t us);
/* A pointer that the running task carries for one library, NULL at its start (outside of a task: the
 * thread's). */
enum TaskSlot { TASK_SLOT_PG, TASK_SLOT_BUS, TASK_SLOT_ENTITY, TASK_SLOT_SERVICE, TASK_SLOT_MAX };
void **task_slot(enum TaskSlot slot);
/* Runs fn(arg) on a helper thread and parks the caller until it returns: for work that would hold the loop
 * (argon2id, big files). fn must touch nothing of the loop. Outside of a task fn runs at once, in place. */
void loop_offload(Loop *loop, void (*fn)(void *arg), void *arg);
/* Jobs that no helper has begun: who sees many had better not add one. */
unsigned loop_offload_waiting(const Loop *loop);

/* Microseconds. */
int64_t clock_monotonic(void);
int64_t clock_realtime(void);
