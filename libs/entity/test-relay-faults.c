/* The relay when something dies: none is lost, none is stored twice, the order holds. */
#include <sys/resource.h>

#include "entity/test-world.h"

/* Events of n new records; `batch` in ranges of that many, each one outbox row. */
static void make_events(unsigned n, unsigned batch)
{
        char text[1200];

        (void)snprintf(text, sizeof text,
                "SET search_path = leads, public; "
                "WITH e AS (INSERT INTO event (event_id, module, record, version, type, at, changed, after, batch) "
                "SELECT gen_random_uuid(), 'lead', ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 1, 1, "
                "clock_timestamp(), '{20,21,34,30}', jsonb_build_object('name', 'Comercializadora ' || i, 'company', "
                "'Distribuciones ' || i || ' S.A.S.', 'city', '05001', 'email', 'x' || i || '@example.co', 'label', "
                "'Comercializadora ' || i, 'custom', jsonb_build_object('total_visits', i, 'note', 'texto')), "
                "CASE WHEN %2$u > 0 THEN s.base + (i / greatest(%2$u, 1)) * %2$u END "
                "FROM (SELECT coalesce(max(seq), 0) + 1 AS base FROM event) s, generate_series(0, %1$u - 1) i "
                "RETURNING seq, batch) "
                "INSERT INTO outbox SELECT min(seq), CASE WHEN %2$u > 0 THEN max(seq) END FROM e "
                "GROUP BY coalesce(batch, seq)",
                n, batch);
        sql(text);
}

/* The relay died after its messages were stored, before their rows were removed; the duplicate window is
 * over. */
static void stored_but_not_removed(World *w)
{
        HeardList heard = {.arena = arena_new()};
        Service leads;

        js_must("$JS.API.STREAM.DELETE.LEADS", "");
        stream_make("leads", 100);
        durable_make("LEADS", "probe", "leads");
        service_open(&leads, "leads", "leads.lead", NULL, 0);
        make_events(40, 0);
        make_events(60, 20);
        assert_int_equal(relay_start(&leads.entity), 0);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        hear_all(&heard);
        assert_int_equal(heard.n, 100);
        service_close(&leads);

        sql("INSERT INTO leads.outbox SELECT seq FROM leads.event WHERE seq BETWEEN 31 AND 40; "
            "INSERT INTO leads.outbox SELECT min(seq), max(seq) FROM leads.event WHERE batch IS NOT NULL GROUP BY batch");
        make_events(5, 0);
        task_sleep(300000);
        service_open(&leads, "leads", "leads.lead", NULL, 0);
        assert_int_equal(relay_start(&leads.entity), 0);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        hear_all(&heard);
        assert_int_equal(heard.n, 105);
        for (unsigned i = 0; i < heard.n; i++)
                assert_int_equal(heard.list[i].seq, i + 1);
        service_close(&leads);
        (void)arena_free(heard.arena);
}

/* ---- batches ---- */

static void batches_by_partition(World *w)
{
        HeardList heard = {.arena = arena_new()};
        unsigned batched = 0;
        Service leads;

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        make_events(1200, 400);
        sql("UPDATE leads.event SET record = '00000000-0000-7000-8000-000000000001' WHERE seq <= 400");
        assert_int_equal(relay_start(&leads.entity), 0);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        hear_all(&heard);
        assert_int_equal(heard.n, 1200);
        for (unsigned i = 0; i < heard.n; i++) {
                assert_int_equal(heard.list[i].seq, i + 1);
                batched += heard.list[i].batch && heard.list[i].seq <= 400;
        }
        assert_int_equal(batched, 400);
        service_close(&leads);
        (void)arena_free(heard.arena);
}

/* ---- the server dies while the relay drains ---- */

static void wait_for_more(Service *leads, uint64_t more)
{
        EventsStats stats;

        events_stats(&leads->entity, &stats);
        for (uint64_t goal = stats.published + more; stats.published < goal;) {
                task_sleep(1000);
                events_stats(&leads->entity, &stats);
        }
}

/* Numbers 1 to n, each once, in order. */
static void check_all(unsigned n)
{
        HeardList heard = {.arena = arena_new()};

        WAIT_FOR(bus_connected(world.admin));
        hear_all(&heard);
        for (unsigned i = 0; i < heard.n; i++)
                if (heard.list[i].seq != i + 1)
                        fail_msg("message %u is event %ld", i + 1, (long)heard.list[i].seq);
        assert_int_equal(heard.n, n);
        (void)arena_free(heard.arena);
}

static void nats_killed_while_draining(World *w)
{
        Service leads;

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        make_events(12000, 0);
        assert_int_equal(relay_start(&leads.entity), 0);
        for (unsigned kills = 0; kills < 3; kills++) {
                wait_for_more(&leads, 1500);
                nats_kill();
                task_sleep(100000);
                nats_up();
        }
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        check_all(12000);
        service_close(&leads);
}

/* Removals from the outbox are not waited for: a crash brings rows back whose events are in the stream. */
static void postgresql_killed_while_draining(World *w)
{
        Service leads;

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        make_events(12000, 0);
        assert_int_equal(relay_start(&leads.entity), 0);
        for (unsigned kills = 0; kills < 2; kills++) {
                wait_for_more(&leads, 2500);
                PQfinish(world.psql);
                server_down(&world.pg, SIGQUIT);
                server_up(&world.pg);
                world.psql = server_psql(&world.pg);
        }
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        check_all(12000);
        service_close(&leads);
}

/* ---- two replicas; one that is killed ---- */

static void second_replica_takes_over(World *w)
{
        HeardList heard = {.arena = arena_new()};
        Service one, two;
        EventsStats a, b;

        service_open(&one, "leads", "leads.lead", NULL, 0);
        service_open(&two, "leads", "leads.lead", NULL, 0);
        make_events(3000, 0);
        assert_int_equal(relay_start(&one.entity), 0);
        WAIT_FOR((events_stats(&one.entity, &a), a.relaying));
        assert_int_equal(relay_start(&two.entity), 0);
        task_sleep(50000);
        events_stats(&two.entity, &b);
        assert_false(b.relaying);
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%outbox%' AND usename = 'leads'");
        make_events(3000, 0);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        hear_all(&heard);
        assert_int_equal(heard.n, 6000);
        for (unsigned i = 0; i < heard.n; i++)
                assert_int_equal(heard.list[i].seq, i + 1);
        service_close(&one);
        service_close(&two);
        (void)arena_free(heard.arena);
}

static int64_t cpu_us(void)
{
        struct rusage use;

        (void)getrusage(RUSAGE_SELF, &use);
        return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 + use.ru_utime.tv_usec +
               use.ru_stime.tv_usec;
}

/* How fast a backlog goes. Only said, for machines differ. */
static void drain_speed(World *w)
{
        Service leads;

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        make_events(40000, 0);
        int64_t cpu = cpu_us(), began = clock_monotonic();
        assert_int_equal(relay_start(&leads.entity), 0);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox LIMIT 1") == 0);
        int64_t took = clock_monotonic() - began;
        print_message("           drained %.0f events/s, %.1f us of CPU each\n", 40000e6 / (double)took,
                (double)(cpu_us() - cpu) / 40000);
        service_close(&leads);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(stored_but_not_removed)
WORLD_TEST(batches_by_partition)
WORLD_TEST(nats_killed_while_draining)
WORLD_TEST(postgresql_killed_while_draining)
WORLD_TEST(second_replica_takes_over)
WORLD_TEST(drain_speed)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_stored_but_not_removed),
                cmocka_unit_test(test_batches_by_partition),
                cmocka_unit_test(test_nats_killed_while_draining),
                cmocka_unit_test(test_postgresql_killed_while_draining),
                cmocka_unit_test(test_second_replica_takes_over),
                cmocka_unit_test(test_drain_speed),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
