/* A connection of one's own on a real server: statements, scripts, COPY, locks, what a break does. */
#include "pg/test-fixture.h"

static PgConn *conn;
static Arena *arena;

static int exec(const char *sql)
{
        PgStmt stmt = {.sql = sql};

        return pg_conn_exec(conn, arena, &stmt, 1, NULL);
}

static int64_t value(const char *sql)
{
        PgStmt stmt = {.sql = sql};
        PgRows *rows = NULL;

        check_int(pg_conn_exec(conn, arena, &stmt, 1, &rows), 0);
        return pg_int(rows, 0, 0);
}

/* Runs `fn` in a task with a connection. */
static void (*with_fn)(void);

static void with_connection(unsigned i)
{
        arena = arena_new();
        if (check_int(pg_conn_open(fx.loop, fx.server.conninfo, &conn), 0)) {
                check(pg_conn_up(conn));
                with_fn();
        }
        conn = pg_conn_close(conn);
        arena = arena_free(arena);
}

static void with(void (*fn)(void))
{
        with_fn = fn;
        run_tasks(1, with_connection);
}

/* ---- statements ---- */

static void statements(void)
{
        PgStmt stmts[] = {
                {.sql = "INSERT INTO item SELECT generate_series(1, 5)"},
                {.sql = "UPDATE item SET n = n WHERE n > 2"},
                {.sql = "SELECT count(*) FROM item"},
        };
        PgStmt bad[] = {{.sql = "DELETE FROM item"}, {.sql = "SELECT 1/0"}};
        PgRows *rows[3];

        check_int(pg_conn_exec(conn, arena, stmts, 3, rows), 0);
        check_int(pg_affected(rows[0]), 5);
        check_int(pg_affected(rows[1]), 3);
        check_int(pg_int(rows[2], 0, 0), 5);
        check_int(pg_conn_exec(conn, arena, NULL, 0, NULL), 0);
        check_int(pg_conn_exec(conn, arena, bad, 2, rows), PG_E_DATA);
        check_int(value("SELECT count(*) FROM item"), 5); /* one transaction */
}

static void test_statements(void **state)
{
        with(statements);
}

static void own_transaction(void)
{
        check_int(exec("BEGIN"), 0);
        check(pg_conn_in_transaction(conn));
        check_int(exec("INSERT INTO item VALUES (1)"), 0);
        check_int(exec("SELECT nothing"), PG_FAULT);
        check(!pg_conn_in_transaction(conn));
        check_int(value("SELECT count(*) FROM item"), 0);
        check_int(exec("BEGIN"), 0);
        check_int(exec("INSERT INTO item VALUES (1)"), 0);
        check_int(exec("COMMIT"), 0);
        check_int(value("SELECT count(*) FROM item"), 1);
}

static void test_transaction_of_the_caller(void **state)
{
        with(own_transaction);
}

static void changed_table(void)
{
        check_int(exec("SELECT * FROM item"), 0);
        (void)ask("ALTER TABLE item ADD x int");
        check_int(exec("SELECT * FROM item"), 0);
        (void)ask("ALTER TABLE item DROP x");
        check_int(pg_conn_script(conn, "DEALLOCATE ALL"), 0);
        check_int(exec("SELECT * FROM item"), 0);
}

static void test_changed_table_is_planned_anew(void **state)
{
        with(changed_table);
}

/* ---- scripts ---- */

static void scripts(void)
{
        check_int(pg_conn_script(conn, "INSERT INTO item VALUES (1); INSERT INTO item VALUES (2)"), 0);
        check_int(pg_conn_script(conn, "INSERT INTO item VALUES (3); SELECT 1/0"), PG_E_DATA);
        check_int(pg_conn_script(conn, ""), 0);
        check_int(pg_conn_script(conn, "SELEC"), PG_FAULT);
        check(streq(pg_error(), "42601: syntax error at or near \"SELEC\""));
        check_int(value("SELECT count(*) FROM item"), 2);
        check_int(pg_conn_script(conn, "BEGIN; INSERT INTO item VALUES (4)"), 0);
        check(pg_conn_in_transaction(conn));
        check_int(pg_conn_script(conn, "SELECT 1/0"), PG_E_DATA);
        check(!pg_conn_in_transaction(conn));
        check_int(value("SELECT count(*) FROM item"), 2);
        check_int(pg_conn_script(conn, "CREATE INDEX CONCURRENTLY ON item (n)"), 0);
        check_int(pg_conn_script(conn, "COPY item FROM STDIN"), PG_FAULT_DOWN); /* nobody has data for it */
}

static void test_scripts(void **state)
{
        with(scripts);
}

/* ---- COPY ---- */

static void copy(void)
{
        char line[32];
        int64_t rows = 0;
        int r = pg_copy_begin(conn, "COPY item FROM STDIN");

        for (unsigned i = 0; r == 0 && i < 200000; i++) {
                int len = snprintf(line, sizeof line, "%u\n", i);
                r = pg_copy_put(conn, line, (size_t)len);
        }
        check_int(r, 0);
        check_int(pg_copy_end(conn, &rows), 0);
        check_int(rows, 200000);
        check_int(value("SELECT sum(n) FROM item"), INT64_C(200000) * 199999 / 2);
}

static void test_copy(void **state)
{
        with(copy);
}

static void bad_copies(void)
{
        int64_t rows = 7;
        char *big = arena_alloc(arena, 8 << 20);

        check_int(pg_copy_begin(conn, "COPY item FROM STDIN"), 0);
        check_int(pg_copy_put(conn, "1\nx\n", 4), 0);
        for (size_t at = 0; at < (8 << 20); at += 2)
                memcpy(big + at, "2\n", 2);
        check_int(pg_copy_put(conn, big, 8 << 20), 0);
        check_int(pg_copy_end(conn, &rows), PG_E_DATA);
        check_int(rows, 7);
        check_int(pg_copy_begin(conn, "COPY nowhere FROM STDIN"), PG_FAULT);
        check_int(pg_copy_begin(conn, "SELECT 1"), PG_FAULT);
        check_int(pg_copy_begin(conn, "COPY item FROM STDIN"), 0);
        check_int(pg_copy_end(conn, &rows), 0);
        check_int(rows, 0);
        check_int(value("SELECT count(*) FROM item"), 0);
        check_int(pg_copy_begin(conn, "COPY item TO STDOUT"), PG_FAULT_UNKNOWN);
}

static void test_bad_copies(void **state)
{
        with(bad_copies);
}

static const char kill_own[] =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'cauce:own'";

static void broken_copy(void)
{
        int64_t rows;
        int r = 0;

        check_int(pg_copy_begin(conn, "COPY item FROM STDIN"), 0);
        check_int(pg_copy_put(conn, "1\n", 2), 0);
        check_int(ask(kill_own), 1);
        for (unsigned i = 0; r == 0 && i < 1000000; i++)
                r = pg_copy_put(conn, "1\n", 2);
        check_int(r, PG_FAULT_DOWN);
        check_int(pg_copy_put(conn, "1\n", 2), PG_FAULT_DOWN);
        r = pg_copy_end(conn, &rows);
        check(r == PG_FAULT_DOWN || r == PG_FAULT); /* FATAL may have been heard */
        check(!pg_conn_up(conn));
        check_int(ask("SELECT count(*) FROM item"), 0);
}

static void test_broken_copy(void **state)
{
        with(broken_copy);
}

/* ---- locks and breaks ---- */

static void locks(void)
{
        PgConn *second = NULL;

        check_int(pg_conn_open(fx.loop, fx.server.conninfo, &second), 0);
        check_int(pg_conn_try_lock(conn, 42), 0);
        check_int(pg_conn_try_lock(conn, 42), 0);
        check_int(pg_conn_try_lock(second, 42), PG_E_LOCKED);
        check_int(pg_conn_try_lock(second, -42), 0);
        check_int(ask(kill_own), 2);
        task_sleep(50000);
        check(!pg_conn_up(conn));
        check_int(pg_conn_try_lock(conn, 42), PG_FAULT_DOWN);
        check_int(exec("SELECT 1"), PG_FAULT_DOWN);
        check_int(pg_conn_script(conn, "SELECT 1"), PG_FAULT_DOWN);
        check_int(pg_copy_begin(conn, "COPY item FROM STDIN"), PG_FAULT_DOWN);
        second = pg_conn_close(second);
        check_int(pg_conn_open(fx.loop, fx.server.conninfo, &second), 0);
        check_int(pg_conn_try_lock(second, 42), 0);
        pg_conn_close(second);
}

static void test_locks_end_with_their_session(void **state)
{
        with(locks);
}

static void killer(unsigned i)
{
        task_sleep(100000);
        check_int(ask(kill_own), 1);
}

static void killed_in_flight(void)
{
        spawn(killer, 0);
        check_int(exec("SELECT pg_sleep(1)"), PG_FAULT_UNKNOWN);
        check(!pg_conn_up(conn));
}

static void killed_in_script(void)
{
        spawn(killer, 0);
        check(pg_conn_script(conn, "SELECT pg_sleep(1)") < 0);
        check(!pg_conn_up(conn));
}

static void test_killed_in_flight(void **state)
{
        with(killed_in_flight);
        with(killed_in_script);
}

static void settings(void)
{
        check_int(exec("SELECT 1/(current_setting('TimeZone') = 'UTC')::int"), 0);
        check_int(exec("SELECT 1/(current_setting('client_encoding') = 'UTF8')::int"), 0);
        check_int(exec("SELECT 1/(current_setting('default_transaction_isolation') = 'read committed')::int"),
                0);
        check_int(exec("SELECT 1/(current_setting('application_name') = 'cauce:own')::int"), 0);
}

static void test_settings(void **state)
{
        with(settings);
}

static void opens_nothing(unsigned i)
{
        PgConn *none = NULL;

        check_int(pg_conn_open(fx.loop, "host=/nowhere user=x", &none), PG_FAULT_DOWN);
        check(*pg_error() != 0);
        check_int(pg_conn_open(fx.loop, "what?", &none), PG_FAULT);
        check(!none);
}

static void test_no_server(void **state)
{
        run_tasks(1, opens_nothing);
}

static int empty(void **state)
{
        (void)ask("TRUNCATE item");
        return 0;
}

static int begin(void **state)
{
        return fixture_begin("CREATE TABLE item (n int)");
}

static int end(void **state)
{
        return fixture_end();
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(test_statements, empty),
                cmocka_unit_test_setup(test_transaction_of_the_caller, empty),
                cmocka_unit_test_setup(test_changed_table_is_planned_anew, empty),
                cmocka_unit_test_setup(test_scripts, empty),
                cmocka_unit_test_setup(test_copy, empty),
                cmocka_unit_test_setup(test_bad_copies, empty),
                cmocka_unit_test_setup(test_broken_copy, empty),
                cmocka_unit_test_setup(test_locks_end_with_their_session, empty),
                cmocka_unit_test_setup(test_killed_in_flight, empty),
                cmocka_unit_test_setup(test_settings, empty),
                cmocka_unit_test_setup(test_no_server, empty),
        };

        return cmocka_run_group_tests(tests, begin, end);
}
