/* What others copy from: labels that are scanned and followed, the feed by number, the storage form. */
#include "cauce.pb-c.h"
#include "entity/record.h"
#include "entity/storage.h"
#include "entity/test-effects.h"

static void lead_writer(PGconn *psql, unsigned seed)
{
        static const char insert[] =
                "WITH r AS (INSERT INTO lead (id, created_at, updated_at, name, owner) "
                "VALUES (gen_random_uuid(), now(), now(), $1, gen_random_uuid()) RETURNING id, version, label, owner), "
                "e AS (INSERT INTO event (event_id, module, record, version, type, at, changed, after) "
                "SELECT gen_random_uuid(), 'lead', id, version, 1, clock_timestamp(), '{1,9,20}', "
                "jsonb_build_object('label', label, 'owner', owner) FROM r RETURNING seq) "
                "INSERT INTO outbox (seq) SELECT seq FROM e";
        static const char update[] =
                "WITH r AS (UPDATE lead SET version = version + 1, name = $1, owner = nullif(owner, owner), "
                "deleted_at = CASE WHEN deleted_at IS NULL AND random() < 0.2 THEN now() END "
                "WHERE id = (SELECT id FROM lead ORDER BY id OFFSET (random() * 50)::int LIMIT 1) "
                "RETURNING id, version, label, deleted_at), "
                "e AS (INSERT INTO event (event_id, module, record, version, type, at, changed, after) "
                "SELECT gen_random_uuid(), 'lead', id, version, CASE WHEN deleted_at IS NULL THEN 4 ELSE 3 END, "
                "clock_timestamp(), '{8,9,20}', jsonb_build_object('label', label) FROM r RETURNING seq) "
                "INSERT INTO outbox (seq) SELECT seq FROM e";

        for (unsigned i = 0; i < 300; i++) {
                char name[40];
                const char *values[] = {name};
                (void)snprintf(name, sizeof name, "Ñandú %u-%u", seed, i);
                PGresult *result =
                        PQexecParams(psql, i % 3 ? update : insert, 1, NULL, values, NULL, NULL, 0);
                if (PQresultStatus(result) != PGRES_COMMAND_OK)
                        _exit(2);
                PQclear(result);
        }
}

static const char differing_sql[] =
        "SELECT count(*) FROM leads.lead l FULL JOIN activities.ref_label r ON l.id = r.id "
        "WHERE (l.label, l.owner, l.version, l.deleted_at IS NOT NULL) IS DISTINCT FROM "
        "(r.label, r.owner, r.version, r.deleted)";

static void copies_converge(World *w)
{
        Service leads, activities;
        pid_t pids[3];

        sql("SET search_path = leads, public; INSERT INTO lead (id, created_at, updated_at, name) "
            "SELECT gen_random_uuid(), now(), now(), 'Lead ' || i FROM generate_series(1, 2500) i");
        open_both(&leads, &activities);
        for (unsigned i = 0; i < 3; i++)
                pids[i] = worker(lead_writer, i);
        task_sleep(30000);
        assert_int_equal(copies_start(&activities.entity), 0);
        for (unsigned i = 0; i < 3; i++)
                worker_wait(pids[i]);
        wait_published();
        WAIT_FOR(ask(differing_sql) == 0);
        assert_true(ask("SELECT count(*) FROM activities.ref_label") == 2800);
        assert_true(
                ask("SELECT count(*) FROM activities.ref_label WHERE fold LIKE 'nandu %' AND deleted") > 0);
        assert_int_equal(ask("SELECT count(*) FROM activities.copy_state WHERE state = 'following'"), 1);
        service_close(&activities);

        /* A scan that was interrupted goes on; an older page does not undo what is newer. */
        sql("UPDATE activities.copy_state SET state = 'scanning', scanned_to = NULL; "
            "UPDATE activities.ref_label SET version = version + 1000, label = 'newer' WHERE fold LIKE 'lead 1%'");
        long newer = ask("SELECT count(*) FROM activities.ref_label WHERE label = 'newer'");
        service_open(&activities, "activities", "activities.task", leads.table.references, 0);
        activities.table.references = (const char *const[]){"leads.lead"};
        activities.table.n_references = 1;
        assert_int_equal(copies_start(&activities.entity), 0);
        WAIT_FOR(ask("SELECT count(*) FROM activities.copy_state WHERE state = 'following'") == 1);
        assert_int_equal(ask("SELECT count(*) FROM activities.ref_label WHERE label = 'newer'"), newer);
        service_close(&activities);
        service_close(&leads);
}

/* ---- the feed ---- */

static void slow_writer(PGconn *psql, unsigned seed)
{
        for (unsigned i = 0; i < 150; i++) {
                PGresult *result = PQexec(psql,
                        "BEGIN; WITH r AS (INSERT INTO lead (id, created_at, updated_at) VALUES (gen_random_uuid(), now(), "
                        "now()) RETURNING id) INSERT INTO event (event_id, module, record, version, type, at) "
                        "SELECT gen_random_uuid(), 'lead', id, 1, 1, clock_timestamp() FROM r; "
                        "SELECT pg_sleep(random() * 0.004); COMMIT");
                if (PQresultStatus(result) != PGRES_COMMAND_OK)
                        _exit(2);
                PQclear(result);
        }
}

/* The answer, in the arena; NULL when it is a problem (*ret_code). */
static const Cauce__EventsReply *ask_events(Arena *arena, int64_t after, unsigned limit, int *ret_code)
{
        Cauce__EventsRequest request = CAUCE__EVENTS_REQUEST__INIT;
        CallContext context = {.deadline = clock_realtime() + 10000000};
        BusReply reply;
        size_t len;

        request.has_after = request.has_limit = true;
        request.after = after;
        request.limit = limit;
        void *data = event_pack(arena, &request.base, &len);
        assert_int_equal(bus_call(world.admin, arena, &context, "rpc.leads.events", data, len, &reply), 0);
        *ret_code = reply.code;
        return reply.code ? NULL : cauce__events_reply__unpack(arena_protobuf(arena), reply.len, reply.data);
}

static unsigned events_after(int64_t *after, unsigned limit)
{
        Arena *arena = arena_new();
        int code;

        const Cauce__EventsReply *events = ask_events(arena, *after, limit, &code);
        assert_int_equal(code, 0);
        assert_non_null(events);
        unsigned n = (unsigned)events->n_events;
        assert_true(events->horizon >= *after || n == 0);
        for (unsigned i = 0; i < n; i++)
                assert_true(events->events[i]->seq > *after && events->events[i]->seq <= events->horizon);
        if (events->horizon > *after)
                *after = events->horizon;
        (void)arena_free(arena);
        return n;
}

/* A write that lasts holds the feed up; it is said, not skipped. */
static void feed_waits_for_writers(World *w)
{
        static const char insert[] = "INSERT INTO leads.event (event_id, module, record, version, type, at) "
                                     "VALUES (gen_random_uuid(), 'lead', gen_random_uuid(), 1, 1, now())";
        PGconn *writer = server_psql(&world.pg);
        Arena *arena = arena_new();
        int64_t after = 0;
        Service leads;
        int code;

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        (void)server_ask(writer, "BEGIN");
        (void)server_ask(writer, insert);
        sql(insert);
        assert_null(ask_events(arena, 0, 10, &code));
        assert_int_equal(code, 504);
        (void)server_ask(writer, "COMMIT");
        assert_int_equal(events_after(&after, 10), 2);
        assert_int_equal(events_after(&after, 10), 0);
        PQfinish(writer);
        service_close(&leads);
        (void)arena_free(arena);
}

static void feed_loses_none(World *w)
{
        unsigned read = 0, n, running = 4;
        Service leads;
        int64_t after = 0;
        pid_t pids[4];

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        for (unsigned i = 0; i < 4; i++)
                pids[i] = worker(slow_writer, i);
        while (running > 0) {
                read += events_after(&after, 7);
                for (unsigned i = 0; i < 4; i++)
                        if (pids[i] && waitpid(pids[i], NULL, WNOHANG) > 0) {
                                pids[i] = 0;
                                running--;
                        }
        }
        while ((n = events_after(&after, 1000)) > 0)
                read += n;
        assert_int_equal(ask("SELECT count(*) FROM leads.event"), 600);
        assert_int_equal(read, 600);
        service_close(&leads);
}

/* What to_jsonb makes of a row is what the storage form reads and writes. */
static void storage_is_to_jsonb(World *w)
{
        Arena *arena = arena_new();
        ProtobufCMessage *message;
        Service leads;
        StrBuf json = {.arena = arena};
        PgRows *rows;

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        sql("SET search_path = leads, public; INSERT INTO lead (id, created_at, updated_at, name, score, consent, "
            "consent_at, latitude, custom) VALUES (gen_random_uuid(), '2026-11-21 10:00:00.120-05', '1999-01-01 00:00Z', "
            "E'Ñ \"x\" \\\\ \\n', 9007199254740993, true, '2026-02-28 23:59:59.999999Z', -4570868, "
            "'{\"a\": 1.50, \"b\": [\"x\"], \"c\": null, \"d\": false, \"e\": \"é\"}')");
        assert_int_equal(
                pg_list(leads.entity.pg, arena,
                        &(PgStmt){
                                .sql = "SELECT to_jsonb(l), jsonb_strip_nulls(to_jsonb(l) - 'fold' - 'custom') "
                                       "|| jsonb_build_object('custom', custom) FROM lead l"},
                        1, clock_monotonic() + 5000000, &rows),
                0);
        assert_int_equal(storage_to_message(arena, leads.module.module, pg_text(rows, 0, 0), &message), 0);
        storage_put_json(&json, leads.module.module, message, NULL, 0);
        PgArgs *args = pg_args(arena);
        (void)pg_arg_jsonb(args, (Str){json.p, json.len});
        (void)pg_arg_jsonb(args, pg_text(rows, 0, 1));
        assert_int_equal(pg_list(leads.entity.pg, arena, &(PgStmt){"SELECT $1 = $2, $1, $2", args}, 1,
                                 clock_monotonic() + 5000000, &rows),
                0);
        if (!pg_bool(rows, 0, 0))
                fail_msg("%s\n%s", pg_text(rows, 0, 1).p, pg_text(rows, 0, 2).p);
        service_close(&leads);
        (void)arena_free(arena);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(copies_converge)
WORLD_TEST(feed_loses_none)
WORLD_TEST(feed_waits_for_writers)
WORLD_TEST(storage_is_to_jsonb)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_copies_converge),
                cmocka_unit_test(test_feed_loses_none),
                cmocka_unit_test(test_feed_waits_for_writers),
                cmocka_unit_test(test_storage_is_to_jsonb),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
