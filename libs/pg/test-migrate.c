/* Migrations on a real server: order, refusals, resuming, several runners. */
#include "pg/migrate.h"
#include "pg/test-fixture.h"

static char folder[64];
static MigrateResult result;

static void put(const char *name, const char *sql)
{
        char path[128];
        FILE *file;

        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(sql, file) >= 0);
        assert_int_equal(fclose(file), 0);
}

static void take_away(const char *name)
{
        char path[128];

        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        assert_int_equal(unlink(path), 0);
}

static int status;

static void migrate_set(const char *set)
{
        PgConn *conn = NULL;

        if (check_int(pg_conn_open(fx.loop, fx.server.conninfo, &conn), 0))
                status = migrate_run(conn, folder, set, "leads", &result);
        pg_conn_close(conn);
}

static void migrate_task(unsigned i)
{
        migrate_set("leads");
}

static void assert_migrates(unsigned applied, unsigned present)
{
        run_tasks(1, migrate_task);
        assert_string_equal(result.error, "");
        assert_int_equal(status, 0);
        assert_int_equal(result.applied, applied);
        assert_int_equal(result.present, present);
}

static void assert_refused(const char *why)
{
        run_tasks(1, migrate_task);
        assert_true(status < 0);
        assert_string_equal(result.error, why);
}

/* ---- order ---- */

static void test_in_order_and_once(void **state)
{
        put("0002_fill.sql",
                "INSERT INTO log SELECT '$(service) $(service)'; INSERT INTO log VALUES ('a;b')");
        put("0001_begin.sql", "CREATE TABLE log (text text);\n-- ; not a statement\n");
        put("README", "not a migration");
        assert_migrates(2, 0);
        assert_migrates(0, 2);
        put("0003_more.sql", "DO $$BEGIN INSERT INTO log VALUES ('$(service)'); END$$");
        assert_migrates(1, 2);
        assert_int_equal(ask("SELECT count(*) FROM log WHERE text IN ('leads leads', 'a;b', 'leads')"), 3);
        assert_int_equal(
                ask("SELECT count(*) FROM schema_migration WHERE set = 'leads' AND file LIKE '000_\\_%.sql' "
                    "AND length(sha256) = 64 AND applied_at > now() - interval '1 minute'"),
                3);
}

static void other_set(unsigned i)
{
        migrate_set("entity");
}

static void test_sets_are_apart(void **state)
{
        put("0001_x.sql", "SELECT 1");
        assert_migrates(1, 0);
        run_tasks(1, other_set);
        assert_int_equal(result.applied, 1);
}

/* ---- refusals ---- */

static void test_bad_folders(void **state)
{
        put("0002_x.sql", "SELECT 1");
        assert_refused("0002_x.sql: expected number 0001 here");
        put("0001_a.sql", "SELECT 1");
        put("0004_y.sql", "SELECT 1");
        assert_refused("0004_y.sql: expected number 0003 here");
        take_away("0004_y.sql");
        put("0002_z.sql", "SELECT 1");
        assert_refused("0002_z.sql: expected number 0003 here");
        take_away("0002_z.sql");
        put("3_x.sql", "SELECT 1");
        assert_refused("3_x.sql: not a name like 0001_what.sql");
        take_away("3_x.sql");
        put("0003_X.sql", "SELECT 1");
        assert_refused("0003_X.sql: not a name like 0001_what.sql");
        take_away("0003_X.sql");
        put("0003_x.sql", "SELECT '\xff'");
        assert_refused("0003_x.sql: not UTF-8");
        take_away("0003_x.sql");
        assert_migrates(2, 0); /* nothing of all that left a trace */
}

static void test_changed_file(void **state)
{
        put("0001_x.sql", "SELECT 1");
        assert_migrates(1, 0);
        put("0001_x.sql", "SELECT 2");
        put("0002_y.sql", "CREATE TABLE never (n int)");
        assert_refused("0001_x.sql: was changed after it was applied");
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname = 'never'"), 0);
}

static void test_gap_in_what_was_applied(void **state)
{
        put("0001_a.sql", "SELECT 1");
        put("0002_b.sql", "SELECT 1");
        put("0003_c.sql", "SELECT 1");
        assert_migrates(3, 0);
        (void)ask("DELETE FROM schema_migration WHERE file = '0002_b.sql'");
        assert_refused("0002_b.sql: was not applied, but 0003_c.sql was");
        (void)ask("INSERT INTO schema_migration VALUES ('leads', '0002_old.sql', '')");
        assert_refused("0002_old.sql: was applied, but is not in the folder");
}

static void test_newer_schema_is_no_error(void **state)
{
        put("0001_a.sql", "SELECT 1");
        put("0002_b.sql", "SELECT 1");
        assert_migrates(2, 0);
        take_away("0002_b.sql");
        assert_migrates(0, 1);
}

/* ---- failures ---- */

static void test_failure_leaves_nothing_and_resumes(void **state)
{
        put("0001_a.sql", "CREATE TABLE one (n int)");
        put("0002_b.sql", "CREATE TABLE two (n int); INSERT INTO two VALUES ('x')");
        put("0003_c.sql", "CREATE TABLE three (n int)");
        assert_refused("0002_b.sql: 22P02: invalid input syntax for type integer: \"x\"");
        assert_int_equal(result.applied, 1);
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname IN ('one', 'two', 'three')"), 1);
        put("0002_b.sql", "CREATE TABLE two (n int); INSERT INTO two VALUES (2)");
        assert_migrates(2, 1);
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname IN ('one', 'two', 'three')"), 3);
}

static void test_file_that_commits(void **state)
{
        put("0001_a.sql", "CREATE TABLE one (n int); COMMIT; CREATE TABLE two (n int)");
        assert_refused("0001_a.sql: ends its transaction itself");
}

static void test_without_transaction(void **state)
{
        put("0001_a.sql", "CREATE TABLE one (n int); INSERT INTO one VALUES (1), (1), (2)");
        put("0002_b.sql", "-- cauce: no transaction\n"
                          "CREATE INDEX CONCURRENTLY IF NOT EXISTS one_n ON one (n);\n"
                          "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS two_n ON one (n);\n");
        assert_refused("0002_b.sql: 23505: could not create unique index \"two_n\"");
        assert_int_equal(ask("SELECT count(*) FROM pg_class WHERE relname = 'one_n'"), 1);
        (void)ask("DROP INDEX two_n; DELETE FROM one WHERE n = 1");
        assert_migrates(1, 1);
        assert_int_equal(
                ask("SELECT count(*) FROM pg_index WHERE indisvalid AND indrelid = 'one'::regclass"), 2);
}

/* ---- several runners, and those who serve meanwhile ---- */

static void test_runners_wait_for_each_other(void **state)
{
        put("0001_a.sql", "CREATE TABLE one (n int)");
        put("0002_b.sql", "SELECT pg_sleep(0.2); INSERT INTO one VALUES (1)");
        put("0003_c.sql", "-- cauce: no transaction\nCREATE INDEX CONCURRENTLY one_n ON one (n)");
        run_tasks(5, migrate_task);
        assert_string_equal(result.error, "");
        assert_int_equal(ask("SELECT count(*) FROM one"), 1);
}

static void lets_go(unsigned i)
{
        if (i == 0) {
                migrate_set("leads");
                return;
        }
        task_sleep(4500000);
        (void)ask("COMMIT");
}

static void test_lock_held_by_those_who_serve(void **state)
{
        put("0001_a.sql", "CREATE TABLE one (n int)");
        assert_migrates(1, 0);
        put("0002_b.sql", "ALTER TABLE one ADD m int");
        (void)ask("BEGIN; SELECT * FROM one");
        run_tasks(2, lets_go);
        assert_string_equal(result.error, "");
        assert_int_equal(result.applied, 1);
}

/* ---- the fixture ---- */

static int fresh(void **state)
{
        (void)ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        (void)snprintf(folder, sizeof folder, "/tmp/cauce-migrations-XXXXXX");
        return mkdtemp(folder) ? 0 : -1;
}

static int clean(void **state)
{
        const char *const argv[] = {"/bin/rm", "-rf", folder, NULL};
        pid_t pid = fork();

        if (pid == 0) {
                execv(argv[0], (char *const *)argv);
                _exit(127);
        }
        return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static int begin(void **state)
{
        return fixture_begin("SELECT 1");
}

static int end(void **state)
{
        return fixture_end();
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fresh, clean)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_in_order_and_once),
                TEST(test_sets_are_apart),
                TEST(test_bad_folders),
                TEST(test_changed_file),
                TEST(test_gap_in_what_was_applied),
                TEST(test_newer_schema_is_no_error),
                TEST(test_failure_leaves_nothing_and_resumes),
                TEST(test_file_that_commits),
                TEST(test_without_transaction),
                TEST(test_runners_wait_for_each_other),
                TEST(test_lock_held_by_those_who_serve),
        };

        return cmocka_run_group_tests(tests, begin, end);
}
