/* Tasks: a stack each, taken from a pool and given back to it. A pooled stack stays parked in task_main, so
 * that starting a task costs one switch. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/loop-private.h"

#define GUARD_SIZE 4096
/* The sanitizers' frames are some times bigger. */
#define STACK_SIZE ((size_t)(UNDER_ASAN || UNDER_TSAN ? 512 : 128) << 10)
/* Beyond this many pooled stacks the pages below their top are given back to the system. */
#define POOL_WARM 128
#define STACK_TOP ((size_t)8 << 10) /* holds task_main's frame */

static _Thread_local Task *running;
static _Thread_local void *thread_slots[TASK_SLOT_MAX];

Task *task_self(void)
{
        return running;
}

void **task_slot(enum TaskSlot slot)
{
        return running ? &running->slots[slot] : &thread_slots[slot];
}

static void pool_put(Loop *loop, Task *task)
{
        task->state = TASK_FREE;
        task->next = loop->pool;
        loop->pool = task;
        loop->n_live--;
        if (++loop->n_pool > POOL_WARM && !UNDER_ASAN && !UNDER_TSAN)
                (void)madvise(task->fiber.stack, STACK_SIZE - STACK_TOP, MADV_DONTNEED);
}

/* One round of this loop is one task's life. */
static void task_main(void)
{
        fiber_entered();
        for (;;) {
                Task *task = running;
                task->fn(task->arg);
                task->state = TASK_FREE;
                fiber_switch(&task->fiber, &task->loop->fiber);
        }
}

void task_resume(Task *task)
{
        Loop *loop = task->loop;

        task->state = TASK_RUNNING;
        running = task;
        fiber_switch(&loop->fiber, &task->fiber);
        running = NULL;
        if (task->state == TASK_FREE)
                pool_put(loop, task);
}

static char *stack_new(void)
{
        char *map = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

        if (map == MAP_FAILED)
                return NULL;
        if (mprotect(map, GUARD_SIZE, PROT_NONE) < 0) {
                (void)munmap(map, GUARD_SIZE + STACK_SIZE);
                return NULL;
        }
        return map + GUARD_SIZE;
}

static Task *task_new(Loop *loop)
{
        if (loop->n_tasks == loop->tasks_cap) {
                unsigned cap = loop->tasks_cap ? loop->tasks_cap * 2 : 64;
                Task **tasks = reallocarray(loop->tasks, cap, sizeof(Task *));
                if (!tasks)
                        return NULL;
                loop->tasks = tasks;
                loop->tasks_cap = cap;
        }
        Task *task = calloc(1, sizeof *task);
        char *stack = task ? stack_new() : NULL;
        if (!stack) {
                free(task);
                return NULL;
        }
        task->loop = loop;
        fiber_init(&task->fiber, stack, STACK_SIZE, task_main);
        loop->tasks[loop->n_tasks++] = task;
        return task;
}

void task_free_all(Loop *loop)
{
        for (unsigned i = 0; i < loop->n_tasks; i++) {
                Task *task = loop->tasks[i];
                char *stack = task->fiber.stack;
                fiber_done(&task->fiber);
                (void)munmap(stack - GUARD_SIZE, GUARD_SIZE + STACK_SIZE);
                free(task);
        }
        free(loop->tasks);
        loop->tasks = NULL;
        loop->n_tasks = 0;
}

int task_spawn(Loop *loop, void (*fn)(void *arg), void *arg, Task **ret)
{
        if (loop->n_live >= LOOP_TASKS_MAX)
                return -EBUSY;
        Task *task = loop->pool;
        if (task) {
                loop->pool = task->next;
                loop->n_pool--;
        } else {
                task = task_new(loop);
                if (!task)
                        return -ENOMEM;
        }
        task->fn = fn;
        task->arg = arg;
        task->woken = false;
        for (unsigned i = 0; i < TASK_SLOT_MAX; i++)
                task->slots[i] = NULL;
        loop->n_live++;
        loop_make_ready(loop, task);
        if (ret)
                *ret = task;
        return 0;
}

void task_park(void)
{
        Task *task = running;

        assert(task);
        if (!task->woken) {
                task->state = TASK_PARKED;
                fiber_switch(&task->fiber, &task->loop->fiber);
        }
        task->woken = false;
}

bool task_park_until(int64_t deadline_us)
{
        Task *task = running;

        assert(task);
        if (!task->woken) {
                if (deadline_us <= clock_monotonic())
                        return false;
                loop_deadline_add(task->loop, task, deadline_us);
                task->state = TASK_PARKED;
                fiber_switch(&task->fiber, &task->loop->fiber);
                loop_deadline_remove(task->loop, task);
        }
        bool woken = task->woken;
        task->woken = false;
        return woken;
}

void task_wake(Task *task)
{
        task->woken = true;
        if (task->state == TASK_PARKED)
                loop_make_ready(task->loop, task);
}

void task_yield(void)
{
        Task *task = running;

        assert(task);
        loop_make_ready(task->loop, task);
        fiber_switch(&task->fiber, &task->loop->fiber);
}

void task_sleep(int64_t us)
{
        int64_t until = clock_monotonic() + us;

        while (clock_monotonic() < until)
                (void)task_park_until(until);
}
