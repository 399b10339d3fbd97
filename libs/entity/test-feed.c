/* Consumers: every event once and in order, whatever is cut, lost or held elsewhere. */
#include "entity/test-effects.h"

static void publish_again(void)
{
        Arena *arena = arena_new();
        BusMessage *messages;
        BusPublish again[100];
        unsigned n;

        assert_int_equal(bus_js_fetch(world.admin, arena, "LEADS", "probe", 100, 500000, &messages, &n), 0);
        for (unsigned i = 0; i < n; i++)
                again[i] = (BusPublish){.subject = messages[i].subject,
                        .data = messages[i].data,
                        .len = messages[i].len,
                        .expected_last_seq = UINT64_MAX};
        assert_int_equal(bus_js_publish(world.admin, again, n, 2000000), n);
        (void)arena_free(arena);
}

static void once_in_order(World *w)
{
        Service leads, activities;
        EventsStats stats;

        make_effects();
        open_both(&leads, &activities);
        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
        make_events(5, 1, 100);
        wait_published();
        publish_again();
        make_events(5, 101, 120);
        WAIT_FOR(count_effects() >= 600);
        poison.faults_left = 3;
        make_events(5, 121, 140);
        WAIT_FOR(count_effects() >= 700);
        check_effects(5, 140);
        events_stats(&activities.entity, &stats);
        assert_true(stats.faults >= 3);
        assert_true(ask("SELECT settled FROM activities.consumer_state") >= 500);
        service_close(&activities);
        service_close(&leads);
}

/* The transaction's connection is cut again and again. */
static void once_though_cut(World *w)
{
        Service leads, activities;

        make_effects();
        open_both(&leads, &activities);
        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
        for (unsigned i = 0; i < 12; i++) {
                make_events(7, i * 20 + 1, i * 20 + 20);
                task_sleep(40000);
                sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'activities' "
                    "AND (query LIKE '%effect%' OR query LIKE '%consumer_state%' OR query = 'COMMIT')");
        }
        WAIT_FOR(count_effects() >= 7 * 240);
        check_effects(7, 240);
        service_close(&activities);
        service_close(&leads);
}

/* Messages 1 to 5 hang unacknowledged at a holder that died; the next one is given 6 and on. */
static void hole_is_not_jumped(World *w)
{
        Arena *arena = arena_new();
        Service leads, activities;
        BusMessage *messages;
        unsigned n;

        make_effects();
        open_both(&leads, &activities);
        make_events(1, 1, 30);
        wait_published();
        assert_int_equal(
                bus_js_fetch(world.admin, arena, "LEADS", "activities", 5, 500000, &messages, &n), 0);
        assert_int_equal(n, 5);
        assert_int_equal(bus_js_fetch(world.admin, arena, "LEADS", "probe", 1, 500000, &messages, &n), 0);
        sql("INSERT INTO activities.consumer_state (source, settled) VALUES ('leads', 0)");
        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
        WAIT_FOR(count_effects() >= 30);
        check_effects(1, 30);
        service_close(&activities);
        service_close(&leads);
        (void)arena_free(arena);
}

/* The consumer was away and the stream lost all of it; once with later messages, once with none. */
static void stream_lost_it(World *w)
{
        Service leads, activities;
        EventsStats stats;

        make_effects();
        open_both(&leads, &activities);
        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
        make_events(4, 1, 50);
        WAIT_FOR(count_effects() >= 200);
        for (unsigned later = 0; later < 2; later++) {
                unsigned done = 50 + later * 30;
                service_close(&activities);
                make_events(4, done + 1, done + 20);
                wait_published();
                js_must("$JS.API.STREAM.PURGE.LEADS", "");
                if (later)
                        make_events(4, done + 21, done + 30);
                wait_published();
                service_open(&activities, "activities", "activities.task", NULL, 0);
                assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
                if (!later)
                        WAIT_FOR(count_effects() >= 4 * (done + 20));
                if (!later)
                        make_events(4, done + 21, done + 30);
                WAIT_FOR(count_effects() >= 4 * (done + 30));
        }
        check_effects(4, 110);
        WAIT_FOR((events_stats(&activities.entity, &stats), stats.catch_ups > 0));
        service_close(&activities);
        service_close(&leads);
}

/* Commit to effect in another service, one at a time. Only said: the machine is shared. */
static void lag(World *w)
{
        Service leads, activities;
        int64_t sum = 0, worst = 0;

        make_effects();
        open_both(&leads, &activities);
        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
        make_events(1, 1, 1);
        WAIT_FOR(count_effects() == 1);
        for (unsigned i = 2; i < 52; i++) {
                make_events(1, i, i);
                int64_t began = clock_monotonic();
                relay_poke(&leads.entity);
                while (count_effects() < i)
                        task_sleep(500);
                int64_t took = clock_monotonic() - began;
                sum += took;
                worst = took > worst ? took : worst;
        }
        print_message(
                "           commit to effect: mean %ld us, worst %ld us\n", (long)(sum / 50), (long)worst);
        int64_t began = clock_monotonic();
        make_events(20, 52, 1051);
        WAIT_FOR(count_effects() >= 51 + 20000);
        print_message(
                "           one by one: %.0f effects/s\n", 20000e6 / (double)(clock_monotonic() - began));
        service_close(&activities);
        service_close(&leads);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(once_in_order)
WORLD_TEST(once_though_cut)
WORLD_TEST(hole_is_not_jumped)
WORLD_TEST(stream_lost_it)
WORLD_TEST(lag)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_once_in_order),
                cmocka_unit_test(test_once_though_cut),
                cmocka_unit_test(test_hole_is_not_jumped),
                cmocka_unit_test(test_stream_lost_it),
                cmocka_unit_test(test_lag),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
