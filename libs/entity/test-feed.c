/* Consumers, copies and the feed against a private PostgreSQL and nats-server, with the wrong twins. */
#include "entity/test-world.h"

#include "cauce.pb-c.h"
#include "entity/feed.h"
#include "entity/record.h"
#include "entity/storage.h"

/* ---- a consumer with an effect ---- */

static struct {
        unsigned record;      /* the poisoned one */
        int64_t version;      /* 0 = none */
        bool sql_error;       /* fails in SQL instead of by its own word */
        unsigned faults_left; /* gives the batch back so often */
} poison;

static int effect_apply(Entity *entity, const EventIn *in, const char **ret_reason)
{
        static const char insert[] =
                "INSERT INTO effect (event_id, record, version) VALUES ($1, $2, $3 / $4)";
        Uuid id = event_uuid(in->event->id), record = event_uuid(in->event->record);
        bool poisoned =
                poison.version && in->event->version == poison.version && record.b[15] == poison.record;
        PgArgs *args = pg_args(in->arena);
        PgRows *rows;

        if (poison.faults_left > 0) {
                poison.faults_left--;
                return PG_FAULT;
        }
        if (poisoned && !poison.sql_error) {
                *ret_reason = "not today";
                return EVENT_POISON;
        }
        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_uuid(args, &record);
        (void)pg_arg_int8(args, in->event->version);
        (void)pg_arg_int8(args, poisoned ? 0 : 1);
        return pg_conn_exec(in->conn, in->arena, &(PgStmt){insert, args}, 1, &rows);
}

static const Consumer effects[] = {{.name = "effects", .apply = effect_apply}};

static void make_effects(void)
{
        poison.version = 0;
        poison.faults_left = 0;
        sql("CREATE TABLE activities.effect (n bigserial, event_id uuid, record uuid, version bigint); "
            "GRANT ALL ON activities.effect, activities.effect_n_seq TO activities");
}

/* Events of `records` leads, versions `from` to `to` of each. */
static void make_events(unsigned records, unsigned from, unsigned to)
{
        char text[800];

        (void)snprintf(text, sizeof text,
                "SET search_path = leads, public; "
                "WITH e AS (INSERT INTO event (event_id, module, record, version, type, at, changed, after) "
                "SELECT gen_random_uuid(), 'lead', ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, v, "
                "least(v, 2), clock_timestamp(), '{20}', jsonb_build_object('label', 'Lead ' || i || ' v' || v) "
                "FROM generate_series(%u, %u) v, generate_series(0, %u - 1) i ORDER BY v, i RETURNING seq) "
                "INSERT INTO outbox (seq) SELECT seq FROM e",
                from, to, records);
        sql(text);
}

static long count_effects(void)
{
        return ask("SELECT count(*) FROM activities.effect");
}

/* Each record's versions one after the other, from 1. */
static void check_effects(unsigned records, unsigned versions)
{
        assert_int_equal(count_effects(), (long)records * versions);
        assert_int_equal(
                ask("SELECT count(*) FROM (SELECT version - coalesce(lag(version) OVER (PARTITION BY record "
                    "ORDER BY n), 0) AS step FROM activities.effect) s WHERE step <> 1"),
                0);
}

static void open_both(Service *leads, Service *activities)
{
        static const char *const references[] = {"leads.lead"};

        service_open(leads, "leads", "leads.lead", NULL, 0);
        service_open(activities, "activities", "activities.task", references, 1);
        assert_int_equal(relay_start(&leads->entity), 0);
}

static void wait_published(void)
{
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
}

/* ---- once, in order ---- */

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

/* ---- poison ---- */

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
                assert_true(ask("SELECT count(*) FROM activities.dead_letter WHERE replayed_at IS NULL") > 0);
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

/* ---- copies ---- */

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

static unsigned events_after(int64_t *after, unsigned limit)
{
        Cauce__EventsRequest request = CAUCE__EVENTS_REQUEST__INIT;
        CallContext context = {.deadline = clock_realtime() + 10000000};
        Arena *arena = arena_new();
        BusReply reply;
        size_t len;

        request.has_after = request.has_limit = true;
        request.after = *after;
        request.limit = limit;
        void *data = event_pack(arena, &request.base, &len);
        assert_int_equal(bus_call(world.admin, arena, &context, "rpc.leads.events", data, len, &reply), 0);
        assert_int_equal(reply.code, 0);
        Cauce__EventsReply *events =
                cauce__events_reply__unpack(arena_protobuf(arena), reply.len, reply.data);
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
WORLD_TEST(poison_parks_and_queues)
WORLD_TEST(garbage_is_parked)
WORLD_TEST(late_holder_is_fenced)
WORLD_TEST(copies_converge)
WORLD_TEST(feed_loses_none)
WORLD_TEST(storage_is_to_jsonb)
WORLD_TEST(lag)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_once_in_order),
                cmocka_unit_test(test_once_though_cut),
                cmocka_unit_test(test_hole_is_not_jumped),
                cmocka_unit_test(test_stream_lost_it),
                cmocka_unit_test(test_poison_parks_and_queues),
                cmocka_unit_test(test_garbage_is_parked),
                cmocka_unit_test(test_late_holder_is_fenced),
                cmocka_unit_test(test_copies_converge),
                cmocka_unit_test(test_feed_loses_none),
                cmocka_unit_test(test_storage_is_to_jsonb),
                cmocka_unit_test(test_lag),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
