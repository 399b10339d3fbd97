#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#include "base/loop.h"

static Loop *loop;
static char trail[256]; /* what happened, in order */

static void note(const char *what)
{
        size_t len = strlen(trail);

        (void)snprintf(trail + len, sizeof trail - len, "%s ", what);
}

static int set_up(void **state)
{
        (void)state;
        trail[0] = '\0';
        return loop_new(&loop);
}

static int tear_down(void **state)
{
        (void)state;
        loop = loop_free(loop);
        return 0;
}

static void stop(void *arg)
{
        (void)arg;
        loop_stop(loop);
}

/* ---- spawn, park, wake ---- */

static Task *first, *second;

static void run_first(void *arg)
{
        note(arg);
        assert_ptr_equal(task_self(), first);
        task_park();
        note("a2");
        task_wake(second);
        task_park();
        note("a3");
        loop_stop(loop);
}

static void run_second(void *arg)
{
        note(arg);
        task_wake(first);
        task_park();
        note("b2");
        task_wake(first);
        note("b3");
}

static void test_park_and_wake(void **state)
{
        (void)state;
        assert_int_equal(task_spawn(loop, run_first, (char[]){"a1"}, &first), 0);
        assert_int_equal(task_spawn(loop, run_second, (char[]){"b1"}, &second), 0);
        assert_null(task_self());
        loop_run(loop);
        assert_null(task_self());
        assert_string_equal(trail, "a1 b1 a2 b2 b3 a3 ");
}

static void wake_then_park(void *arg)
{
        (void)arg;
        task_wake(task_self());
        task_wake(task_self());
        task_park();
        note("not lost");
        assert_false(task_park_until(clock_monotonic() + 2000));
        note("one");
        loop_stop(loop);
}

static void test_wake_before_park(void **state)
{
        (void)state;
        assert_int_equal(task_spawn(loop, wake_then_park, NULL, NULL), 0);
        loop_run(loop);
        assert_string_equal(trail, "not lost one ");
}

/* ---- deadlines ---- */

static unsigned order[64], n_order;

static void sleeper(void *arg)
{
        unsigned number = (unsigned)(uintptr_t)arg;
        int64_t began = clock_monotonic();

        task_sleep((number * 37 % 64 + 1) * 1000);
        assert_true(clock_monotonic() - began >= (int64_t)(number * 37 % 64 + 1) * 1000);
        order[n_order++] = number * 37 % 64;
        if (n_order == 64)
                loop_stop(loop);
}

static void test_sleepers_wake_in_order(void **state)
{
        (void)state;
        n_order = 0;
        for (uintptr_t i = 0; i < 64; i++)
                assert_int_equal(task_spawn(loop, sleeper, (void *)i, NULL), 0);
        loop_run(loop);
        for (unsigned i = 0; i < 64; i++) /* neighbours are 1 ms apart: the loop may find two due at once */
                assert_in_range(order[i] + 3, i, i + 6);
}

static void wait_with_deadline(void *arg)
{
        (void)arg;
        assert_false(task_park_until(clock_monotonic() - 1));
        assert_false(task_park_until(clock_monotonic() + 3000));
        note("passed");
        assert_true(task_park_until(clock_monotonic() + 60 * 1000000));
        note("woken");
        loop_stop(loop);
}

static void wake_first_later(void *arg)
{
        (void)arg;
        task_sleep(20000);
        task_wake(first);
}

static void test_deadline(void **state)
{
        (void)state;
        assert_int_equal(task_spawn(loop, wait_with_deadline, NULL, &first), 0);
        assert_int_equal(task_spawn(loop, wake_first_later, NULL, NULL), 0);
        int64_t began = clock_monotonic();
        loop_run(loop);
        assert_string_equal(trail, "passed woken ");
        assert_true(clock_monotonic() - began < 5000000);
}

/* Many deadlines that are taken back in a wild order keep the heap right. */
static unsigned timed_out, timely;

static void wait_some(void *arg)
{
        if (task_park_until(clock_monotonic() + (int64_t)(uintptr_t)arg))
                timely++;
        else
                timed_out++;
        if (timely + timed_out == 500)
                loop_stop(loop);
}

static void test_heap(void **state)
{
        (void)state;
        Task *tasks[500];
        unsigned random = 7;

        timed_out = timely = 0;
        for (unsigned i = 0; i < 500; i++) {
                random = random * 1103515245 + 12345;
                uintptr_t wait = i % 2 ? 1000 + (random >> 8) % 30000 : 60000000 + (random >> 8) % 1000000;
                assert_int_equal(task_spawn(loop, wait_some, (void *)wait, &tasks[i]), 0);
        }
        assert_int_equal(task_spawn(loop, stop, NULL, NULL), 0);
        loop_run(loop);
        for (unsigned i = 0; i < 500; i += 2)
                task_wake(tasks[i * 7 % 500]);
        loop_run(loop);
        assert_int_equal(timely, 250);
        assert_int_equal(timed_out, 250);
}

/* ---- limits and the pool ---- */

static unsigned lives;

static void park_once(void *arg)
{
        (void)arg;
        task_park();
        lives++;
}

static void test_limit(void **state)
{
        (void)state;
        static Task *tasks[LOOP_TASKS_MAX];

        lives = 0;
        for (unsigned i = 0; i < LOOP_TASKS_MAX; i++)
                assert_int_equal(task_spawn(loop, park_once, NULL, &tasks[i]), 0);
        assert_int_equal(task_spawn(loop, stop, NULL, NULL), -EBUSY);
        for (unsigned i = 0; i < LOOP_TASKS_MAX; i++)
                task_wake(tasks[i]);
        loop_stop(loop);
        while (lives < LOOP_TASKS_MAX) {
                loop_run(loop);
                loop_stop(loop);
        }
        assert_int_equal(task_spawn(loop, stop, NULL, NULL), 0);
        loop_run(loop);
}

static void use_stack(void *arg)
{
        volatile char deep[64 << 10];

        for (size_t i = 0; i < sizeof deep; i += 512)
                deep[i] = 1;
        *(unsigned *)arg += (unsigned)deep[512];
}

static long resident_kib(void)
{
        long pages = 0, resident = 0;
        FILE *file = fopen("/proc/self/statm", "re");
        char line[128];

        if (file && fgets(line, sizeof line, file)) {
                char *rest = NULL;
                pages = strtol(line, &rest, 10);
                resident = strtol(rest, NULL, 10);
        }
        if (file)
                (void)fclose(file);
        assert_true(pages > 0);
        return resident * 4;
}

/* A thousand deep tasks at once, then none: their memory goes back. */
static void test_pool_gives_memory_back(void **state)
{
        (void)state;
        unsigned sum = 0;

        for (unsigned round = 0; round < 3; round++) {
                for (unsigned i = 0; i < 1000; i++)
                        assert_int_equal(task_spawn(loop, use_stack, &sum, NULL), 0);
                assert_int_equal(task_spawn(loop, stop, NULL, NULL), 0);
                loop_run(loop);
        }
        assert_int_equal(sum, 3000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        assert_in_range(resident_kib(), 1, 40 << 10); /* 1000 stacks used 64 KiB each */
#else
        (void)resident_kib;
#endif
}

static __attribute__((noinline)) unsigned overflow(unsigned depth)
{
        volatile char frame[4096];

        frame[0] = (char)depth;
        return depth > 1000000 ? 0 : overflow(depth + 1) + (unsigned)frame[0];
}

static void run_overflow(void *arg)
{
        *(unsigned *)arg = overflow(0);
}

static void test_overflow_hits_the_guard(void **state)
{
        (void)state;
        int status = 0;
        unsigned result = 0;
        pid_t child = fork();

        if (child == 0) {
                (void)!freopen("/dev/null", "w", stderr);
                (void)signal(SIGSEGV, SIG_DFL);
                (void)task_spawn(loop, run_overflow, &result, NULL);
                loop_run(loop);
                _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

/* ---- turns ---- */

static void hook(void *arg)
{
        note(arg);
}

static void spawn_inside(void *arg)
{
        (void)arg;
        note("task");
        assert_int_equal(task_spawn(loop, stop, NULL, NULL), 0);
}

static void test_hooks_run_after_tasks(void **state)
{
        (void)state;
        loop_on_turn(loop, hook, (char[]){"h1"});
        loop_on_turn(loop, hook, (char[]){"h2"});
        assert_int_equal(task_spawn(loop, spawn_inside, NULL, NULL), 0);
        loop_run(loop);
        assert_string_equal(trail, "task h1 h2 ");
}

static void hook_once(void *arg)
{
        note("once");
        loop_off_turn(loop, hook_once, arg);
}

static void test_hook_takes_itself_back(void **state)
{
        (void)state;
        loop_on_turn(loop, hook_once, NULL);
        loop_on_turn(loop, hook, (char[]){"h"});
        for (unsigned turns = 0; turns < 2; turns++) {
                loop_stop(loop);
                loop_run(loop);
        }
        assert_string_equal(trail, "once h h ");
}

static void wake_from_hook(void *arg)
{
        (void)arg;
        if (first)
                task_wake(first);
        first = NULL;
}

static void park_and_stop(void *arg)
{
        (void)arg;
        task_park();
        loop_stop(loop);
}

static void test_hook_may_wake(void **state)
{
        (void)state;
        loop_on_turn(loop, wake_from_hook, NULL);
        assert_int_equal(task_spawn(loop, park_and_stop, NULL, &first), 0);
        loop_run(loop);
}

static void yield_for_ever(void *arg)
{
        (void)arg;
        for (;;) {
                lives++;
                task_yield();
        }
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
        (void)fd;
        (void)what;
        (void)arg;
        loop_stop(loop);
}

static void test_yield_does_not_starve_the_loop(void **state)
{
        (void)state;
        struct timeval soon = {.tv_usec = 5000};

        lives = 0;
        assert_int_equal(event_base_once(loop_base(loop), -1, EV_TIMEOUT, on_timer, NULL, &soon), 0);
        assert_int_equal(task_spawn(loop, yield_for_ever, NULL, NULL), 0);
        loop_run(loop);
        assert_true(lives > 1);
}

/* ---- offload ---- */

typedef struct Work {
        unsigned input, output;
        bool busy;
} Work;

static unsigned n_done, ticks;

static void compute(void *arg)
{
        Work *work = arg;

        assert_null(task_self());
        (void)usleep(10000);
        work->output = work->input * 2;
}

static void ask_helper(void *arg)
{
        Work work = {.input = (unsigned)(uintptr_t)arg};

        loop_offload(loop, compute, &work);
        assert_int_equal(work.output, work.input * 2);
        if (++n_done == 5)
                loop_stop(loop);
}

static void tick(void *arg)
{
        (void)arg;
        for (;;) {
                task_sleep(1000);
                ticks++;
        }
}

static void test_offload(void **state)
{
        (void)state;
        Work work = {.input = 4};

        loop_offload(loop, compute, &work);
        assert_int_equal(work.output, 8);
        n_done = ticks = 0;
        for (uintptr_t i = 0; i < 5; i++)
                assert_int_equal(task_spawn(loop, ask_helper, (void *)i, NULL), 0);
        assert_int_equal(task_spawn(loop, tick, NULL, NULL), 0);
        loop_run(loop);
        assert_true(ticks > 2); /* the loop went on meanwhile */
}

/* ---- slots ---- */

static void use_slot(void *arg)
{
        assert_null(*task_slot(TASK_SLOT_PG));
        *task_slot(TASK_SLOT_PG) = arg;
        task_yield();
        assert_ptr_equal(*task_slot(TASK_SLOT_PG), arg);
        if (++n_done == 4)
                loop_stop(loop);
}

static void test_slots(void **state)
{
        (void)state;
        char here[4];

        n_done = 0;
        *task_slot(TASK_SLOT_PG) = here;
        for (unsigned i = 0; i < 4; i++)
                assert_int_equal(task_spawn(loop, use_slot, here + i, NULL), 0);
        loop_run(loop);
        assert_ptr_equal(*task_slot(TASK_SLOT_PG), here);
}

int main(void)
{
#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                LOOP_TEST(test_park_and_wake),
                LOOP_TEST(test_wake_before_park),
                LOOP_TEST(test_sleepers_wake_in_order),
                LOOP_TEST(test_deadline),
                LOOP_TEST(test_heap),
                LOOP_TEST(test_limit),
                LOOP_TEST(test_pool_gives_memory_back),
                LOOP_TEST(test_overflow_hits_the_guard),
                LOOP_TEST(test_hooks_run_after_tasks),
                LOOP_TEST(test_hook_takes_itself_back),
                LOOP_TEST(test_hook_may_wake),
                LOOP_TEST(test_yield_does_not_starve_the_loop),
                LOOP_TEST(test_offload),
                LOOP_TEST(test_slots),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
