#pragma once

/* What the tests with a server share: the server, a loop, tasks that check, a connection from outside.
 * Included by one test file each. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/pg.h"
#include "pg/test-server.h"

typedef struct Fixture {
        Server server;
        Loop *loop;
        PGconn *psql;
        unsigned running; /* tasks */
        unsigned failed;  /* checks: a task can't leave by cmocka's longjmp */
} Fixture;

static Fixture fx;

typedef struct TestTask {
        void (*fn)(unsigned i);
        unsigned i;
} TestTask;

static inline bool check_at(const char *file, int line, const char *what, long value, long min, long max)
{
        if (value >= min && value <= max)
                return true;
        (void)fprintf(stderr, "%s:%d: %s: %ld is not in %ld..%ld (%s)\n", file, line, what, value, min, max,
                pg_error());
        fx.failed++;
        return false;
}
#define check(condition)           check_at(__FILE__, __LINE__, #condition, (condition), 1, 1)
#define check_int(value, expected) check_range(value, expected, expected)
#define check_range(value, min, max)                                                                         \
        check_at(__FILE__, __LINE__, #value, (long)(value), (long)(min), (long)(max))

static void test_task_main(void *arg)
{
        TestTask *task = arg;

        task->fn(task->i);
        free(task);
        if (--fx.running == 0)
                loop_stop(fx.loop);
}

static inline void spawn(void (*fn)(unsigned i), unsigned i)
{
        TestTask *task = malloc(sizeof *task);

        *task = (TestTask){fn, i};
        fx.running++;
        if (task_spawn(fx.loop, test_task_main, task, NULL) < 0)
                abort();
}

/* Runs n tasks to their end: fn(0) … fn(n - 1). */
static inline void run_tasks(unsigned n, void (*fn)(unsigned i))
{
        fx.failed = 0;
        for (unsigned i = 0; i < n; i++)
                spawn(fn, i);
        loop_run(fx.loop);
        assert_int_equal(fx.failed, 0);
}

static inline int64_t in_ms(int64_t ms)
{
        return clock_monotonic() + ms * 1000;
}

/* Record `n` has this id. */
static inline Uuid id_of(unsigned n)
{
        return (Uuid){.b = {[0] = 1,
                              [12] = (uint8_t)(n >> 24),
                              [13] = (uint8_t)(n >> 16),
                              [14] = (uint8_t)(n >> 8),
                              [15] = (uint8_t)n}};
}

static inline long ask(const char *sql)
{
        return server_ask(fx.psql, sql);
}

static inline void await_ready(const Pg *pg)
{
        while (!pg_ready(pg))
                task_sleep(5000);
}

static inline int fixture_begin(const char *schema)
{
        server_start(&fx.server);
        fx.psql = server_psql(&fx.server);
        (void)ask(schema);
        return loop_new(&fx.loop);
}

static inline int fixture_end(void)
{
        PQfinish(fx.psql);
        fx.loop = loop_free(fx.loop);
        server_end(&fx.server);
        return 0;
}
