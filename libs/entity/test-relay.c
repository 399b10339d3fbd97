/* The order in which the relay publishes, and what it is not: each rule's wrong twin is shown wrong. */
#include <sodium.h>

#include "entity/test-world.h"

#define HOT       3
#define HOT_ID(i) "00000000-0000-7000-8000-00000000000%u", (i)

static void make_leads(unsigned n)
{
        char text[600];

        (void)snprintf(text, sizeof text,
                "SET search_path = leads, public; INSERT INTO lead (id, created_at, updated_at, name) "
                "SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, now(), now(), 'Lead ' || i "
                "FROM generate_series(0, %u - 1) i",
                n);
        sql(text);
}

static void update_hot(PGconn *psql, const char *statement, unsigned n, unsigned seed)
{
        char id[40];
        const char *values[] = {id};

        for (unsigned i = 0; i < n; i++) {
                (void)snprintf(id, sizeof id, HOT_ID((i * 7 + seed) % HOT));
                PGresult *result = PQexecParams(psql, statement, 1, NULL, values, NULL, NULL, 0);
                if (PQresultStatus(result) != PGRES_COMMAND_OK)
                        _exit(2);
                PQclear(result);
        }
}

/* seq is taken after the record's row is locked. */
static void hot_writer(PGconn *psql, unsigned seed)
{
        update_hot(psql,
                "WITH u AS (UPDATE lead SET version = version + 1, updated_at = now() WHERE id = $1::uuid "
                "RETURNING id, version, label), "
                "e AS (INSERT INTO event (event_id, module, record, version, type, at, changed, after) "
                "SELECT gen_random_uuid(), 'lead', id, version, 2, clock_timestamp(), '{21}', "
                "jsonb_build_object('label', label) FROM u RETURNING seq) INSERT INTO outbox (seq) SELECT seq FROM e",
                400, seed);
}

/* The wrong twin: seq first, then the lock. */
static void hot_writer_seq_first(PGconn *psql, unsigned seed)
{
        update_hot(psql,
                "WITH s AS MATERIALIZED (SELECT nextval('event_seq_seq') AS seq), "
                "u AS (UPDATE lead SET version = version + 1, updated_at = now() FROM s WHERE id = $1::uuid "
                "RETURNING id, version, s.seq) "
                "INSERT INTO event (seq, event_id, module, record, version, type, at) "
                "SELECT seq, gen_random_uuid(), 'lead', id, version, 2, clock_timestamp() FROM u",
                400, seed);
}

static void write_hot(void (*writer)(PGconn *psql, unsigned seed))
{
        pid_t pids[4];

        for (unsigned i = 0; i < 4; i++)
                pids[i] = worker(writer, i);
        for (unsigned i = 0; i < 4; i++)
                worker_wait(pids[i]);
}

static const char misordered_sql[] =
        "SELECT count(*) FROM (SELECT version - lag(version) OVER "
        "(PARTITION BY record ORDER BY seq) AS step FROM leads.event) s WHERE step <> 1";

/* Every event once, each record's versions without a gap; `settled` never claims what comes later. */
static void check_heard(const HeardList *list, long events)
{
        int64_t versions[HOT] = {}, max_settled = 0;
        bool *seen = arena_array(list->arena, (size_t)events * 8 + 1000, sizeof *seen);

        assert_int_equal(list->n, events);
        for (unsigned i = 0; i < list->n; i++) {
                const Heard *heard = &list->list[i];
                unsigned hot = heard->record.b[15];
                assert_true(hot < HOT);
                if (versions[hot] && heard->version != versions[hot] + 1)
                        fail_msg("record %u: version %ld after %ld", hot, (long)heard->version,
                                (long)versions[hot]);
                versions[hot] = heard->version;
                assert_false(seen[heard->seq]);
                seen[heard->seq] = true;
                assert_true(heard->seq > max_settled);
                if (heard->settled > max_settled)
                        max_settled = heard->settled;
        }
        assert_true(max_settled > 0);
}

/* Each message in the stream said which one it follows, and who it is. */
static void check_headers(const HeardList *list)
{
        for (unsigned i = 0; i < 50; i++) {
                char body[40], id[UUID_TEXT + 1], headers[400] = {};
                (void)snprintf(body, sizeof body, "{\"seq\":%u}", i + 1);
                Str reply = js_request(list->arena, "$JS.API.STREAM.MSG.GET.LEADS", body);
                const char *hdrs = strstr(arena_strndup(list->arena, reply.p, reply.len), "\"hdrs\":\"");
                assert_non_null(hdrs);
                (void)sodium_base642bin((uint8_t *)headers, sizeof headers - 1, hdrs + 8,
                        strcspn(hdrs + 8, "\""), NULL, NULL, NULL, sodium_base64_VARIANT_ORIGINAL);
                uuid_format(&list->list[i].id, id);
                assert_non_null(strstr(headers, arena_printf(list->arena, "Nats-Msg-Id: %s", id)));
                assert_non_null(
                        strstr(headers, arena_printf(list->arena, "Nats-Expected-Last-Sequence: %u\r\n", i)));
        }
}

static void hot_rows(World *w)
{
        HeardList heard = {.arena = arena_new()};
        Service leads;

        make_leads(HOT);
        service_open(&leads, "leads", "leads.lead", NULL, 0);
        assert_int_equal(relay_start(&leads.entity), 0);
        write_hot(hot_writer);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        hear_all(&heard);
        check_heard(&heard, 1600);
        check_headers(&heard);
        assert_int_equal(ask(misordered_sql), 0);
        service_close(&leads);
        (void)arena_free(heard.arena);
}

static void seq_before_lock_misorders(World *w)
{
        make_leads(HOT);
        write_hot(hot_writer_seq_first);
        assert_true(ask(misordered_sql) > 0);
}

/* ---- a cursor alone loses ---- */

static long bare_cursor(PGconn *psql, long *last)
{
        char text[200];

        (void)snprintf(text, sizeof text,
                "SELECT count(*)::bigint * 100000000 + coalesce(max(seq), %ld) FROM leads.event WHERE seq > %ld",
                *last, *last);
        long both = server_ask(psql, text);
        *last = both % 100000000;
        return both / 100000000;
}

/* Commits a little after it has its number, as any transaction may; now and then a good while after. */
static void slow_writer(PGconn *psql, unsigned seed)
{
        for (unsigned i = 0; i < 150; i++) {
                char text[400];
                (void)snprintf(text, sizeof text,
                        "WITH e AS (INSERT INTO event (event_id, module, record, version, type, at) VALUES "
                        "(gen_random_uuid(), 'lead', gen_random_uuid(), 1, 1, clock_timestamp()) RETURNING seq), "
                        "o AS (INSERT INTO outbox SELECT seq FROM e) SELECT pg_sleep(%s) FROM e",
                        (i + seed * 10) % 50 ? "random() * 0.004" : "0.2");
                PGresult *result = PQexec(psql, text);
                if (PQresultStatus(result) != PGRES_TUPLES_OK)
                        _exit(2);
                PQclear(result);
        }
}

static void cursor_loses_relay_does_not(World *w)
{
        HeardList heard = {.arena = arena_new()};
        long last = 0, read = 0;
        Service leads;
        pid_t pids[4];

        service_open(&leads, "leads", "leads.lead", NULL, 0);
        assert_int_equal(relay_start(&leads.entity), 0);
        for (unsigned i = 0; i < 4; i++)
                pids[i] = worker(slow_writer, i);
        for (unsigned i = 0; i < 4;) {
                read += bare_cursor(world.psql, &last);
                task_sleep(500);
                i += waitpid(pids[i], NULL, WNOHANG) > 0;
        }
        read += bare_cursor(world.psql, &last);
        assert_true(read < 600);
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
        hear_all(&heard);
        assert_int_equal(heard.n, 600);
        int64_t settled = 0;
        for (unsigned i = 0; i < heard.n; i++) {
                assert_true(heard.list[i].seq > settled);
                settled = heard.list[i].settled > settled ? heard.list[i].settled : settled;
        }
        assert_true(settled > 0);
        service_close(&leads);
        (void)arena_free(heard.arena);
}

/* ---- a lost ack ---- */

static unsigned publish_numbers(const char *numbers, uint64_t expected)
{
        BusPublish messages[8] = {};
        unsigned n = 0;

        for (; numbers[n]; n++)
                messages[n] = (BusPublish){
                        .subject = "ev.leads.0.lead.created",
                        .data = &numbers[n],
                        .len = 1,
                        .expected_last_seq = expected == UINT64_MAX ? UINT64_MAX : expected + n,
                };
        return bus_js_publish(world.admin, messages, n, 2000000);
}

static void stream_text(char ret[static 16])
{
        Arena *arena = arena_new();
        BusMessage *messages;
        unsigned n;

        assert_int_equal(bus_js_fetch(world.admin, arena, "LEADS", "probe", 15, 300000, &messages, &n), 0);
        for (unsigned i = 0; i < n; i++) {
                ret[i] = (char)messages[i].data[0];
                bus_js_ack(world.admin, &messages[i]);
        }
        ret[n] = '\0';
        (void)arena_free(arena);
}

/* 3 was lost on its way; 4 and 5 were already sent after it. */
static void expected_sequence_keeps_order(World *w)
{
        char text[16];

        assert_int_equal(publish_numbers("12", UINT64_MAX), 2);
        assert_int_equal(publish_numbers("45", UINT64_MAX), 2);
        assert_int_equal(publish_numbers("3", UINT64_MAX), 1);
        stream_text(text);
        assert_string_equal(text, "12453");
        assert_int_equal(publish_numbers("12", 5), 2);
        assert_int_equal(publish_numbers("45", 8), 0);
        assert_int_equal(publish_numbers("345", 7), 3);
        stream_text(text);
        assert_string_equal(text, "12345");
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(hot_rows)
WORLD_TEST(seq_before_lock_misorders)
WORLD_TEST(cursor_loses_relay_does_not)
WORLD_TEST(expected_sequence_keeps_order)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_hot_rows),
                cmocka_unit_test(test_seq_before_lock_misorders),
                cmocka_unit_test(test_cursor_loses_relay_does_not),
                cmocka_unit_test(test_expected_sequence_keeps_order),
        };

        return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
