/* Work of one replica at a time: who holds it, who is woken, what a former holder can't do any more. */
#include "entity/test-world.h"

#include "entity/worker.h"

typedef struct Own {
        unsigned passes, left; /* left: passes that still find something */
        int fail;
} Own;

static int pass(Worker *worker)
{
        Own *own = worker->own;

        own->passes++;
        if (own->fail) {
                int r = own->fail;
                own->fail = 0;
                return r;
        }
        if (own->left == 0)
                return 0;
        own->left--;
        return WORKER_DONE;
}

/* Polls once in an hour: what happens in a test happens because of a poke. */
static const WorkerSpec spec = {.name = "errands",
        .poll_us = INT64_C(3600000000),
        .pace_us = 1000,
        .own_size = sizeof(Own),
        .session_sql = "SET jit = off",
        .pass = pass};

typedef struct Pair {
        Service services[2];
        Worker *workers[2];
} Pair;

static Own *own_of(const Worker *worker)
{
        return worker->own;
}

static void pair_open(Pair *pair)
{
        for (unsigned i = 0; i < 2; i++) {
                service_open(&pair->services[i], "leads", "leads.lead", NULL, 0);
                assert_int_equal(worker_start(&pair->services[i].entity, &spec, &pair->workers[i]), 0);
                assert_ptr_equal(worker_of(&pair->services[i].entity, "errands"), pair->workers[i]);
                assert_null(worker_of(&pair->services[i].entity, "nothing"));
        }
        WAIT_FOR(pair->workers[0]->holding || pair->workers[1]->holding);
}

/* The one that holds, and the other. */
static void pair_sides(const Pair *pair, unsigned *ret_holder, unsigned *ret_other)
{
        *ret_holder = pair->workers[1]->holding;
        *ret_other = !*ret_holder;
        assert_true(pair->workers[*ret_holder]->holding);
        assert_false(pair->workers[*ret_other]->holding);
}

static void pokes(World *ignored)
{
        static Pair pair;
        unsigned holder, other;

        (void)ignored;
        pair_open(&pair);
        pair_sides(&pair, &holder, &other);
        Own *own = own_of(pair.workers[holder]);
        WAIT_FOR(own->passes == 1 && pair.workers[holder]->sleeping);

        own->left = 3;
        worker_poke(pair.workers[holder]);
        WAIT_FOR(own->passes == 5 && pair.workers[holder]->sleeping);
        /* Many pokes elsewhere, one message. */
        for (unsigned i = 0; i < 100; i++)
                worker_poke(pair.workers[other]);
        WAIT_FOR(own->passes > 5);
        task_sleep(50000);
        assert_in_range(own->passes, 6, 7);
        assert_int_equal(own_of(pair.workers[other])->passes, 0);
        for (unsigned i = 0; i < 2; i++)
                service_close(&pair.services[i]);
}

static int fenced(Worker *worker, Lease *lease)
{
        const PgStmt stmt = {.sql = "SELECT 1"};
        Arena *arena = arena_new();
        PgRows *rows[1];
        int r = lease_begin(worker->conn, lease, arena, &stmt, 1, rows);

        if (r == 0)
                r = lease_commit(worker->conn, arena, &stmt, 1, rows);
        (void)arena_free(arena);
        return r;
}

/* A holder whose connection is cut goes on or is followed; what it held before is worth nothing. */
static void hand_over(World *ignored)
{
        static Pair pair;
        unsigned holder, other;

        (void)ignored;
        pair_open(&pair);
        pair_sides(&pair, &holder, &other);
        Worker *first = pair.workers[holder];
        WAIT_FOR(first->sleeping);
        Lease former = first->lease;
        assert_int_equal(fenced(first, &former), 0);

        /* A fault ends the session; the lease is given up at once. */
        own_of(first)->fail = PG_FAULT;
        worker_poke(first);
        WAIT_FOR(pair.workers[0]->session + pair.workers[1]->session == 2);
        WAIT_FOR(pair.workers[0]->sleeping || pair.workers[1]->sleeping);
        pair_sides(&pair, &holder, &other);
        assert_true(pair.workers[holder]->lease.epoch > former.epoch);
        assert_int_equal(fenced(pair.workers[holder], &former), LEASE_LOST);
        assert_int_equal(fenced(pair.workers[holder], &pair.workers[holder]->lease), 0);

        /* The process of the holder ends in the ordinary way. */
        service_close(&pair.services[holder]);
        WAIT_FOR(pair.workers[other]->holding && own_of(pair.workers[other])->passes > 0);
        service_close(&pair.services[other]);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(pokes)
WORLD_TEST(hand_over)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pokes),
                cmocka_unit_test(test_hand_over),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
