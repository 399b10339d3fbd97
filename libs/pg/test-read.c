/* pg_get, pg_read and pg_list on a real server. */
#include "pg/test-fixture.h"

static Pg *pg;

static const char get_sql[] = "SELECT id, name FROM item WHERE id = ANY($1)";

static void get(unsigned n, bool there)
{
        Arena *arena = arena_new();
        Uuid id = id_of(n);
        PgRows *rows = NULL;
        int row = 7;

        if (check_int(pg_get(pg, arena, get_sql, &id, in_ms(5000), &rows, &row), 0) &&
                check_int(row >= 0, there) && there) {
                Uuid got = pg_uuid(rows, row, 0);
                char name[32];
                (void)snprintf(name, sizeof name, "item %u", n);
                check(uuid_compare(&got, &id) == 0);
                check(str_is(pg_text(rows, row, 1), name));
        }
        arena_free(arena);
}

static PgStats stats(void)
{
        PgStats now;

        pg_stats(pg, &now);
        return now;
}

/* ---- pg_get ---- */

static void get_one(unsigned i)
{
        get(i, true);
}

static void get_some_missing(unsigned i)
{
        get(i % 7 == 0 ? 100000 + i : i / 2, i % 7 != 0);
}

static void test_gets_of_a_turn_are_one_statement(void **state)
{
        PgStats before = stats();

        run_tasks(64, get_one);
        assert_int_equal(stats().gets - before.gets, 64);
        assert_int_equal(stats().get_statements - before.get_statements, 1);
}

static void test_missing_and_doubled_ids(void **state)
{
        PgStats before = stats();

        run_tasks(300, get_some_missing);
        assert_int_equal(stats().get_statements - before.get_statements, 1);
}

static void get_by_text(unsigned i)
{
        /* equal texts in different places, and another */
        char text[sizeof get_sql];
        Arena *arena = arena_new();
        Uuid id = id_of(i);
        PgRows *rows = NULL;
        int row = -1;

        memcpy(text, get_sql, sizeof get_sql);
        check_int(pg_get(pg, arena, i % 2 ? text : "SELECT id FROM item WHERE id = ANY($1)", &id, 0, &rows,
                          &row),
                0);
        check(row >= 0);
        check_int(pg_columns(rows), i % 2 ? 2 : 1);
        arena_free(arena);
}

static void test_texts_are_compared_by_content(void **state)
{
        PgStats before = stats();

        run_tasks(20, get_by_text);
        assert_int_equal(stats().get_statements - before.get_statements, 2);
}

static void get_without_id(unsigned i)
{
        Arena *arena = arena_new();
        Uuid id = id_of(1);
        PgRows *rows;
        int row;

        check_int(pg_get(pg, arena, "SELECT name, id FROM item WHERE id = ANY($1)", &id, 0, &rows, &row),
                PG_FAULT);
        check_int(pg_get(pg, arena, "SELECT id FROM nothing WHERE id = ANY($1)", &id, 0, &rows, &row),
                PG_FAULT);
        arena_free(arena);
}

static void test_bad_statement(void **state)
{
        run_tasks(3, get_without_id);
}

static void get_many_times(unsigned i)
{
        for (unsigned n = 0; n < 50; n++)
                get((i * 50 + n) % 1000, true);
}

static void test_batches_form_under_load(void **state)
{
        PgStats before = stats();

        run_tasks(64, get_many_times);
        assert_int_equal(stats().gets - before.gets, 64 * 50);
        assert_in_range(stats().get_statements - before.get_statements, 50, 64 * 50 / 8);
}

static void alter_between(unsigned i)
{
        get(5, true);
        (void)ask("ALTER TABLE item ALTER name TYPE varchar(99)");
        get(5, true);
        (void)ask("ALTER TABLE item ALTER name TYPE text");
        get(5, true);
        (void)ask("DO $$BEGIN PERFORM pg_sleep(0); END$$");
}

static void test_changed_table_is_planned_anew(void **state)
{
        run_tasks(1, alter_between);
}

/* ---- pg_read ---- */

static void read_all_types(unsigned i)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        Uuid id = id_of(9), got;
        Str texts[] = {STR("á"), STR(""), STR("c")}, *got_texts;
        int64_t numbers[] = {-5, INT64_MAX}, *got_numbers;
        PgStmt stmts[] = {
                {.sql = "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $2::int2, $13, "
                        "(SELECT name FROM item WHERE id = ANY($14) LIMIT 1), $6::text, $7::text",
                        .args = args},
                {.sql = "SELECT 1 WHERE false"},
                {.sql = "SELECT generate_series(1, 3)"},
        };
        PgRows *rows[3];

        (void)pg_arg_bool(args, true);
        (void)pg_arg_int4(args, -7);
        (void)pg_arg_int8(args, INT64_MIN);
        (void)pg_arg_text(args, STR("Bogotá"));
        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_date(args, 19000);
        (void)pg_arg_timestamptz(args, INT64_C(1700000000123456));
        (void)pg_arg_jsonb(args, STR("{\"a\": 1}"));
        (void)pg_arg_bytea(args, "\0\1\2", 3);
        (void)pg_arg_text_array(args, texts, 3);
        (void)pg_arg_int8_array(args, numbers, 2);
        (void)pg_arg_null(args, PG_TEXT);
        (void)pg_arg_text_array(args, NULL, 0);
        (void)pg_arg_uuid_array(args, &id, 1);
        if (!check_int(pg_read(pg, arena, stmts, 3, 0, rows), 0))
                return;
        check(pg_bool(rows[0], 0, 0));
        check_int(pg_int(rows[0], 0, 1), -7);
        check(pg_int(rows[0], 0, 2) == INT64_MIN);
        check(str_is(pg_text(rows[0], 0, 3), "Bogotá"));
        got = pg_uuid(rows[0], 0, 4);
        check(uuid_compare(&got, &id) == 0);
        check_int(pg_date(rows[0], 0, 5), 19000);
        check(str_is(pg_text(rows[0], 0, 15), "2022-01-08"));
        check(pg_timestamptz(rows[0], 0, 6) == INT64_C(1700000000123456));
        check(str_is(pg_text(rows[0], 0, 16), "2023-11-14 22:13:20.123456+00"));
        check(str_is(pg_text(rows[0], 0, 7), "{\"a\": 1}"));
        check(str_eq(pg_text(rows[0], 0, 8), (Str){"\0\1\2", 3}));
        check_int(pg_text_array(rows[0], 0, 9, arena, &got_texts), 3);
        check(str_is(got_texts[0], "á") && str_is(got_texts[1], "") && str_is(got_texts[2], "c"));
        check_int(pg_int_array(rows[0], 0, 10, arena, &got_numbers), 2);
        check(got_numbers[0] == -5 && got_numbers[1] == INT64_MAX);
        check(pg_null(rows[0], 0, 11));
        check_int(pg_int(rows[0], 0, 12), -7);
        check_int(pg_text_array(rows[0], 0, 13, arena, &got_texts), 0);
        check(str_is(pg_text(rows[0], 0, 14), "item 9"));
        check_int(pg_rows(rows[1]), 0);
        check_int(pg_rows(rows[2]), 3);
        check_int(pg_affected(rows[2]), 3);
        check_int(pg_int(rows[2], 2, 0), 3);
        arena_free(arena);
}

static void test_values_there_and_back(void **state)
{
        run_tasks(1, read_all_types);
}

/* One of several that leave together fails: nobody else notices. */
static void read_or_fail(unsigned i)
{
        static const struct {
                const char *sql;
                int code;
                const char *error;
        } cases[] = {
                {"SELECT 1", 0, ""},
                {"SELECT 1/0", PG_E_DATA, "22012: division by zero"},
                {"SELECT no_such_column", PG_FAULT, "42703: column \"no_such_column\" does not exist"},
                {"SELECT 'x'::text::int4", PG_E_DATA, "22P02: invalid input syntax for type integer: \"x\""},
                {"SELECT 2", 0, ""},
        };
        PgStmt stmts[] = {{.sql = "SELECT 0"}, {.sql = cases[i % 5].sql}};
        Arena *arena = arena_new();
        PgRows *rows[2];

        check_int(pg_read(pg, arena, stmts, 2, 0, rows), cases[i % 5].code);
        check(streq(pg_error(), cases[i % 5].error));
        if (cases[i % 5].code == 0)
                check_int(pg_int(rows[1], 0, 0), i % 5 == 0 ? 1 : 2);
        arena_free(arena);
}

static void test_failing_read_is_alone(void **state)
{
        run_tasks(25, read_or_fail);
        run_tasks(25, read_or_fail);
}

static void read_many_texts(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt count = {.sql = "SELECT count(*) FROM pg_prepared_statements"};
        PgRows *rows;

        for (unsigned n = 0; n < 500; n++) {
                PgStmt stmt = {.sql = arena_printf(arena, "SELECT %u + 0", n % 300)};
                if (check_int(pg_read(pg, arena, &stmt, 1, 0, &rows), 0))
                        check_int(pg_int(rows, 0, 0), n % 300);
        }
        check_int(pg_read(pg, arena, &count, 1, 0, &rows), 0);
        check_range(pg_int(rows, 0, 0), 150, 201);
        arena_free(arena);
}

static void test_prepared_statements_are_bounded(void **state)
{
        run_tasks(1, read_many_texts);
}

static void read_too_long(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt stmt = {.sql = "SELECT pg_sleep(0.3)"};
        PgRows *rows;
        int64_t begin = clock_monotonic();

        check_int(pg_read(pg, arena, &stmt, 1, in_ms(50), &rows), PG_E_TIMEOUT);
        arena_free(arena);
        check_range(clock_monotonic() - begin, 45000, 290000);
        get(3, true); /* comes after it on the same connection */
}

static void test_late_answer_is_dropped(void **state)
{
        run_tasks(1, read_too_long);
}

/* ---- pg_list ---- */

static void list_slowly(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt stmts[] = {{.sql = "SELECT pg_sleep(0.2)"}, {.sql = "SHOW plan_cache_mode"}};
        PgRows *rows[2];

        if (check_int(pg_list(pg, arena, stmts, 2, in_ms(5000), rows), 0))
                check(str_is(pg_text(rows[1], 0, 0), "force_custom_plan"));
        arena_free(arena);
}

static void test_lists_run_side_by_side(void **state)
{
        int64_t begin = clock_monotonic();

        run_tasks(8, list_slowly);
        assert_in_range(clock_monotonic() - begin, 400000, 1550000);
}

static void list_plans(unsigned i)
{
        static const char *const modes[] = {"force_custom_plan", "force_generic_plan"};
        Arena *arena = arena_new();
        PgStmt failing = {.sql = "SELECT 1 / 0", .generic = true};
        PgRows *rows;

        for (unsigned turn = i; turn < i + 6; turn++) {
                PgStmt show = {.sql = "SHOW plan_cache_mode", .generic = turn % 2};
                if (check_int(pg_list(pg, arena, &show, 1, in_ms(5000), &rows), 0))
                        check(str_is(pg_text(rows, 0, 0), modes[turn % 2]));
                if (turn % 3 == 0) /* takes the settings back that it came with */
                        check_int(pg_list(pg, arena, &failing, 1, in_ms(5000), &rows), PG_E_DATA);
        }
        arena_free(arena);
}

static void test_lists_plan_as_told(void **state)
{
        run_tasks(9, list_plans);
}

static void list_too_long(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt sleep = {.sql = "SELECT pg_sleep(3)"}, show = {.sql = "SHOW statement_timeout"};
        PgRows *rows;
        int64_t begin = clock_monotonic();

        if (i < 4) {
                check_int(pg_list(pg, arena, &sleep, 1, in_ms(90), &rows), PG_E_TIMEOUT);
                check_range(clock_monotonic() - begin, 80000, 1500000);
        } else {
                /* finds a connection as soon as PostgreSQL has given those up */
                check_int(pg_list(pg, arena, &show, 1, in_ms(2900), &rows), 0);
                check(str_is(
                        pg_text(rows, 0, 0), "3s")); /* the configured one is shorter than the next step */
                check_range(clock_monotonic() - begin, 80000, 2000000);
        }
        arena_free(arena);
}

static void test_list_that_nobody_awaits_ends(void **state)
{
        run_tasks(6, list_too_long);
}

static void list_statement_timeout(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt sleep = {.sql = "SELECT pg_sleep(20)"};
        PgRows *rows;

        check_int(pg_list(pg, arena, &sleep, 1, in_ms(15000), &rows), PG_E_TIMEOUT);
        check(strstr(pg_error(), "57014") != NULL);
        arena_free(arena);
}

static void test_list_timeout_of_the_configuration(void **state)
{
        run_tasks(1, list_statement_timeout);
}

static void list_waiting_in_vain(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt sleep = {.sql = "SELECT pg_sleep(0.4)"};
        PgRows *rows;

        check_int(pg_list(pg, arena, &sleep, 1, in_ms(i < 4 ? 2000 : 100), &rows), i < 4 ? 0 : PG_E_TIMEOUT);
        if (i >= 4)
                check(streq(pg_error(), "deadline, before it was sent"));
        arena_free(arena);
}

static void test_list_deadline_in_the_queue(void **state)
{
        run_tasks(6, list_waiting_in_vain);
        assert_int_equal(stats().list_waiting, 0);
}

/* ---- a connection that breaks ---- */

static void get_while_killed(unsigned i)
{
        for (unsigned n = 0; n < 200; n++) {
                get((i + n) % 1000, true);
                task_sleep(2000);
        }
}

static void kill_readers(unsigned i)
{
        static const char kill_sql[] =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'cauce:reader'";

        if (i > 0) {
                get_while_killed(i);
                return;
        }
        for (unsigned n = 0; n < 2; n++) {
                task_sleep(150000);
                check_int(ask(kill_sql), 1);
        }
}

static void test_gets_survive_a_killed_backend(void **state)
{
        PgStats before = stats();

        run_tasks(20, kill_readers);
        assert_in_range(stats().reconnects - before.reconnects, 1, 2);
}

/* In mid-flight: it runs again on the next connection, and once only. */
static void sleep_and_kill(unsigned i)
{
        Arena *arena = arena_new();
        PgStmt sleep = {.sql = "SELECT pg_sleep(0.3)"};
        PgRows *rows;

        if (i == 0) {
                check_int(pg_read(pg, arena, &sleep, 1, in_ms(5000), &rows), 0);
        } else {
                task_sleep(100000);
                check_int(
                        ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE "
                            "'SELECT pg_sleep(0.3)%'"),
                        1);
        }
        arena_free(arena);
}

static void test_read_in_flight_runs_again(void **state)
{
        run_tasks(2, sleep_and_kill);
}

static void get_without_server(unsigned i)
{
        Arena *arena = arena_new();
        Uuid id = id_of(1);
        PgRows *rows;
        int row;
        int64_t begin = clock_monotonic();

        if (i == 0) {
                check_int(pg_get(pg, arena, get_sql, &id, in_ms(200), &rows, &row), PG_FAULT_DOWN);
                check_range(clock_monotonic() - begin, 190000, 1000000);
                check(*pg_error() != 0);
        } else if (i == 1) {
                task_sleep(300000);
                PQfinish(fx.psql);
                server_up(&fx.server);
                fx.psql = server_psql(&fx.server);
        } else {
                get(i, true); /* waits for the server */
        }
        arena_free(arena);
}

static void test_calls_wait_for_a_server_that_returns(void **state)
{
        server_down(&fx.server, SIGINT);
        run_tasks(10, get_without_server);
}

static void ready(unsigned i)
{
        await_ready(pg);
}

static int begin(void **state)
{
        PgConfig config = {.list_timeout_ms = 3000};
        int r = fixture_begin(
                "CREATE TABLE item (id uuid PRIMARY KEY, name text);"
                "INSERT INTO item SELECT ('01000000-0000-0000-0000-0000' || lpad(to_hex(n), 8, '0'))::uuid,"
                " 'item ' || n FROM generate_series(0, 999) n");

        config.conninfo = fx.server.conninfo;
        if (r == 0)
                r = pg_open(fx.loop, &config, &pg);
        if (r == 0)
                run_tasks(1, ready);
        return r;
}

static int end(void **state)
{
        pg = pg_close(pg);
        return fixture_end();
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_gets_of_a_turn_are_one_statement),
                cmocka_unit_test(test_missing_and_doubled_ids),
                cmocka_unit_test(test_texts_are_compared_by_content),
                cmocka_unit_test(test_bad_statement),
                cmocka_unit_test(test_batches_form_under_load),
                cmocka_unit_test(test_changed_table_is_planned_anew),
                cmocka_unit_test(test_values_there_and_back),
                cmocka_unit_test(test_failing_read_is_alone),
                cmocka_unit_test(test_prepared_statements_are_bounded),
                cmocka_unit_test(test_late_answer_is_dropped),
                cmocka_unit_test(test_lists_run_side_by_side),
                cmocka_unit_test(test_lists_plan_as_told),
                cmocka_unit_test(test_list_that_nobody_awaits_ends),
                cmocka_unit_test(test_list_timeout_of_the_configuration),
                cmocka_unit_test(test_list_deadline_in_the_queue),
                cmocka_unit_test(test_gets_survive_a_killed_backend),
                cmocka_unit_test(test_read_in_flight_runs_again),
                cmocka_unit_test(test_calls_wait_for_a_server_that_returns),
        };

        return cmocka_run_group_tests(tests, begin, end);
}
