/* Events that cannot be applied, and holders that come too late. */
#include "entity/test-effects.h"

static void poison_parks_and_queues(World *w)
{
        Service leads, activities;

        make_effects();
        open_both(&leads, &activities);
        for (unsigned by_sql = 0; by_sql < 2; by_sql++) {
                unsigned from = by_sql * 20;
                poison.record = 1;
                poison.version = from + 5;
                poison.sql_error = by_sql;
                if (!by_sql)
                        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
                make_events(3, from + 1, from + 10);
                WAIT_FOR(ask("SELECT count(*) FROM activities.dead_letter WHERE replayed_at IS NULL") >= 6);
                make_events(3, from + 11, from + 20);
                WAIT_FOR(ask("SELECT count(*) FROM activities.dead_letter WHERE replayed_at IS NULL") >= 16);
                assert_int_equal(count_effects(), 3 * (from + 20) - 16);
                assert_int_equal(
                        ask("SELECT count(*) FROM activities.dead_letter WHERE replayed_at IS NULL AND "
                            "reason NOT LIKE 'behind%'"),
                        1);
                sql("UPDATE activities.dead_letter SET retry = true WHERE replayed_at IS NULL");
                WAIT_FOR(ask("SELECT count(*) FROM activities.dead_letter WHERE retry") == 0);
                /* Those behind it did not pass it by. */
                assert_int_equal(
                        ask("SELECT count(*) FROM activities.dead_letter WHERE replayed_at IS NULL"), 16);
                assert_int_equal(
                        ask("SELECT max(tries) FROM activities.dead_letter WHERE replayed_at IS NULL"), 1);
                poison.version = 0;
                sql("DELETE FROM activities.effect WHERE false; "
                    "UPDATE activities.dead_letter SET retry = true WHERE replayed_at IS NULL");
                WAIT_FOR(ask("SELECT count(*) FROM activities.dead_letter WHERE replayed_at IS NULL") == 0);
        }
        assert_int_equal(count_effects(), 3 * 40);
        assert_int_equal(ask("SELECT count(DISTINCT (record, version)) FROM activities.effect"), 3 * 40);
        service_close(&activities);
        service_close(&leads);
}

static void garbage_is_parked(World *w)
{
        BusPublish garbage[] = {
                {.subject = "ev.leads.0.lead.created",
                        .data = "\xff\xff\xff",
                        .len = 3,
                        .expected_last_seq = UINT64_MAX},
                {.subject = "ev.leads.0.lead.batch",
                        .data = "\x0a\x05x",
                        .len = 3,
                        .expected_last_seq = UINT64_MAX},
                {.subject = "ev.leads.0.lead.created", .data = "", .len = 0, .expected_last_seq = UINT64_MAX},
        };
        Service leads, activities;

        make_effects();
        open_both(&leads, &activities);
        assert_int_equal(consumers_start(&activities.entity, "leads", effects, 1), 0);
        assert_int_equal(bus_js_publish(world.admin, garbage, 3, 2000000), 3);
        make_events(2, 1, 3);
        WAIT_FOR(count_effects() >= 6);
        check_effects(2, 3);
        assert_int_equal(ask("SELECT count(*) FROM activities.dead_letter"), 3);
        service_close(&activities);
        service_close(&leads);
}

/* ---- the lease ---- */

/* A holder that hung wakes after another took over: without the fence its transaction goes through. */
static void late_holder_is_fenced(World *w)
{
        static const char effect[] = "INSERT INTO effect (version) VALUES (1)";
        Arena *arena = arena_new();
        Service first, second;
        Feed a = {}, b = {};
        PgRows *rows;

        make_effects();
        service_open(&first, "activities", "activities.task", NULL, 0);
        service_open(&second, "activities", "activities.task", NULL, 0);
        assert_int_equal(pg_conn_open(w->loop, first.conninfo, &a.conn), 0);
        assert_int_equal(pg_conn_open(w->loop, first.conninfo, &b.conn), 0);
        lease_init(&a.lease, "activities", "events.leads", &first.entity.replica);
        lease_init(&b.lease, "activities", "events.leads", &second.entity.replica);
        assert_int_equal(lease_take(a.conn, &a.lease), 0);
        assert_int_equal(lease_take(b.conn, &b.lease), LEASE_LOST);
        sql("UPDATE activities.lease SET expires_at = now() - interval '1 s'");
        assert_int_equal(lease_take(b.conn, &b.lease), 0);

        const PgStmt insert = {.sql = effect};
        assert_int_equal(feed_transaction(&a, arena, &insert, 1, &rows), LEASE_LOST);
        assert_int_equal(count_effects(), 0);
        assert_int_equal(pg_conn_exec(a.conn, arena, &insert, 1, &rows), 0);
        assert_int_equal(count_effects(), 1); /* the twin */
        assert_int_equal(lease_renew(a.conn, &a.lease, true), LEASE_LOST);
        assert_int_equal(feed_transaction(&b, arena, &insert, 1, &rows), 0);

        b.conn = pg_conn_close(b.conn);
        a.conn = pg_conn_close(a.conn);
        assert_int_equal(pg_conn_open(w->loop, first.conninfo, &a.conn), 0);
        a.lease.locked = false;
        int64_t began = clock_monotonic();
        WAIT_FOR(lease_take(a.conn, &a.lease) == 0); /* the holder's connection is gone */
        assert_true(clock_monotonic() - began < LEASE_US / 2);
        a.conn = pg_conn_close(a.conn);
        service_close(&first);
        service_close(&second);
        (void)arena_free(arena);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(poison_parks_and_queues)
WORLD_TEST(garbage_is_parked)
WORLD_TEST(late_holder_is_fenced)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_poison_parks_and_queues),
                cmocka_unit_test(test_garbage_is_parked),
                cmocka_unit_test(test_late_holder_is_fenced),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
