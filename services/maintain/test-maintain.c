/* Maintain against a private PostgreSQL and nats-server. */
#include <limits.h>

#include "entity/test-world.h"
#include "maintain.h"

static char folder[64];

static void link_set(const char *set, const char *path)
{
        char from[200], to[PATH_MAX];

        (void)snprintf(from, sizeof from, "%s/%s", folder, set);
        assert_non_null(realpath(path, to));
        assert_int_equal(symlink(to, from), 0);
}

static Maintain maintain_of(World *w)
{
        if (!folder[0]) {
                (void)snprintf(folder, sizeof folder, "/tmp/test-maintain-XXXXXX");
                assert_non_null(mkdtemp(folder));
                link_set("entity", "libs/entity/migrations");
                link_set("leads", "services/leads/migrations");
        }
        return (Maintain){.loop = w->loop, .bus = w->admin, .migrations = folder, .stream_bytes = 100 << 20};
}

static void owner_conninfo(char ret[static 200])
{
        role_conninfo("leads_owner", ret);
}

/* True when the leads daemon may run the statement. */
static bool daemon_may(const char *statement)
{
        char conninfo[200];

        role_conninfo("leads", conninfo);
        PGconn *psql = PQconnectdb(conninfo);
        PGresult *result = PQexec(psql, statement);
        ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        PQfinish(psql);
        return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

#define INSERT_EVENT                                                                                         \
        "INSERT INTO event (event_id, module, record, version, type, at) "                                   \
        "VALUES (gen_random_uuid(), 'lead', gen_random_uuid(), 1, 1, now())"

static void schema_and_rights(World *w)
{
        Maintain maintain = maintain_of(w);
        char conninfo[200];

        owner_conninfo(conninfo);
        assert_true(database_maintain(&maintain, "leads", conninfo));
        assert_true(database_maintain(&maintain, "leads", conninfo));
        assert_true(ask("SELECT count(*) FROM leads.schema_migration WHERE set = 'entity'") > 0);
        assert_true(daemon_may(INSERT_EVENT));
        assert_true(daemon_may("SELECT count(*) FROM event"));
        assert_false(daemon_may("UPDATE event SET actor = NULL"));
        assert_false(daemon_may("DELETE FROM event"));
        assert_false(daemon_may("UPDATE event_0 SET actor = NULL"));
        assert_false(daemon_may("DELETE FROM event_0"));
        assert_false(daemon_may("SELECT * FROM event_default"));
        assert_false(daemon_may("DELETE FROM custom_field"));
        assert_false(daemon_may("CREATE TABLE x (y int)"));
}

static void next_partition(World *w)
{
        Maintain maintain = maintain_of(w);
        char conninfo[200];

        owner_conninfo(conninfo);
        assert_true(database_maintain(&maintain, "leads", conninfo));
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname = 'event_1'"), 0);
        sql("SELECT setval('leads.event_seq_seq', 40000001)");
        assert_true(database_maintain(&maintain, "leads", conninfo));
        assert_true(database_maintain(&maintain, "leads", conninfo));
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname = 'event_1'"), 1);
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname = 'event_2'"), 0);
        sql("SELECT setval('leads.event_seq_seq', 60000000)");
        assert_true(daemon_may(INSERT_EVENT));
        assert_int_equal(ask("SELECT seq FROM leads.event_1"), 60000001);
        assert_false(daemon_may("UPDATE event_1 SET actor = NULL"));
        assert_int_equal(ask("SELECT count(*) FROM pg_indexes WHERE tablename = 'event_1'"), 2);
}

static void clears_what_is_old(World *w)
{
        Maintain maintain = maintain_of(w);
        char conninfo[200];

        owner_conninfo(conninfo);
        assert_true(database_maintain(&maintain, "leads", conninfo));
        sql("SET search_path = leads, public; "
            "INSERT INTO idem SELECT gen_random_uuid(), i, '', gen_random_uuid(), 1, now() - make_interval(days => i % 10) "
            "FROM generate_series(0, 11999) i; "
            "INSERT INTO consumer_state (source, settled) VALUES ('identity', 50); "
            "INSERT INTO inbox SELECT 'x', gen_random_uuid(), 'identity', i, now() - make_interval(days => 30 * (i % 2)) "
            "FROM generate_series(0, 99) i");
        assert_true(database_maintain(&maintain, "leads", conninfo));
        assert_int_equal(ask("SELECT count(*) FROM leads.idem"), 8400);
        assert_int_equal(ask("SELECT count(*) FROM leads.inbox"), 75);
        assert_int_equal(
                ask("SELECT count(*) FROM leads.inbox WHERE at < now() - interval '14 days' AND seq <= 50"),
                0);
}

static void refuses_what_is_wrong(World *w)
{
        Maintain maintain = maintain_of(w);
        char conninfo[200];

        role_conninfo("nobody_at_all", conninfo);
        assert_false(database_maintain(&maintain, "leads", conninfo));
        owner_conninfo(conninfo);
        assert_false(database_maintain(&maintain, "leads_of_another_kind", conninfo));
}

static bool info_says(const char *subject, const char *text)
{
        Arena *arena = arena_new();
        Str reply = js_request(arena, subject, "");
        bool found = strstr(arena_strndup(arena, reply.p, reply.len), text) != NULL;

        (void)arena_free(arena);
        return found;
}

static void streams_and_durables(World *w)
{
        Maintain maintain = maintain_of(w);

        assert_true(streams_maintain(&maintain));
        assert_true(streams_maintain(&maintain));
        assert_true(info_says("$JS.API.STREAM.INFO.LEADS", "\"max_age\":604800000000000"));
        assert_true(info_says("$JS.API.STREAM.INFO.LEADS", "\"duplicate_window\":10000000000"));
        assert_true(info_says("$JS.API.STREAM.INFO.IDENTITY", "\"max_msg_size\":4194304"));
        assert_true(info_says("$JS.API.CONSUMER.INFO.LEADS.activities", "\"max_ack_pending\":256"));
        assert_true(info_says("$JS.API.CONSUMER.INFO.IDENTITY.activities", "\"ack_wait\":5000000000"));
        assert_true(info_says("$JS.API.CONSUMER.INFO.IDENTITY.leads", "\"max_deliver\":-1"));
        assert_true(info_says("$JS.API.CONSUMER.INFO.LEADS.leads", "\"error\""));
        assert_true(info_says("$JS.API.CONSUMER.INFO.ACTIVITIES.leads", "\"error\""));

        maintain.stream_bytes = 50 << 20;
        assert_true(streams_maintain(&maintain));
        assert_true(info_says("$JS.API.STREAM.INFO.LEADS", "\"max_bytes\":52428800"));
        maintain.stream_bytes = (int64_t)1 << 50;
        assert_false(streams_maintain(&maintain));
}

static void run_bare(void (*test)(World *w))
{
        world.bare = true;
        run_world(test);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_bare(name);                                                                              \
        }

WORLD_TEST(schema_and_rights)
WORLD_TEST(next_partition)
WORLD_TEST(clears_what_is_old)
WORLD_TEST(refuses_what_is_wrong)
WORLD_TEST(streams_and_durables)

static int teardown(void **state)
{
        if (folder[0])
                remove_folder(folder);
        return group_teardown(state);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_schema_and_rights),
                cmocka_unit_test(test_next_partition),
                cmocka_unit_test(test_clears_what_is_old),
                cmocka_unit_test(test_refuses_what_is_wrong),
                cmocka_unit_test(test_streams_and_durables),
        };

        return cmocka_run_group_tests(tests, group_setup, teardown);
}
