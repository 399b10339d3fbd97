/* pg_save on a real server: groups, members that fail, locks held elsewhere, broken connections. */
#include "pg/test-fixture.h"

static Pg *pg, *other;

static const char insert_sql[] = "INSERT INTO item (id, code, amount) VALUES ($1, $2, $3) RETURNING id";
static const char add_sql[] = "UPDATE item SET amount = amount + 1 WHERE id = $1 RETURNING amount";

static PgStats stats(void)
{
        PgStats now;

        pg_stats(pg, &now);
        return now;
}

static int insert_by(Pg *by, unsigned n, const char *code, int64_t amount, int64_t deadline_us)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgWrite write = {.stmt = {.sql = insert_sql, .args = args}, .table = "item", .id = id_of(n)};
        PgRows *rows = NULL;
        int r;

        (void)pg_arg_uuid(args, &write.id);
        (void)(code ? pg_arg_text(args, str_of(code)) : pg_arg_null(args, PG_TEXT));
        (void)pg_arg_int8(args, amount);
        r = pg_save(by, arena, &write, deadline_us, &rows);
        if (r == 0)
                check_int(pg_rows(rows), 1);
        arena_free(arena);
        return r;
}

static int insert(unsigned n, const char *code)
{
        return insert_by(pg, n, code, 1, in_ms(5000));
}

/* *ret_amount = -1 when there is no such record. */
static int add_by(Pg *by, unsigned n, int64_t deadline_us, int64_t *ret_amount)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgWrite write = {.stmt = {.sql = add_sql, .args = args}, .table = "item", .id = id_of(n)};
        PgRows *rows = NULL;
        int r;

        (void)pg_arg_uuid(args, &write.id);
        r = pg_save(by, arena, &write, deadline_us, &rows);
        *ret_amount = r == 0 && pg_rows(rows) ? pg_int(rows, 0, 0) : -1;
        arena_free(arena);
        return r;
}

static int empty(void **state)
{
        (void)ask("TRUNCATE item, mark");
        return 0;
}

/* ---- groups ---- */

static void insert_ten(unsigned i)
{
        for (unsigned n = 0; n < 10; n++)
                check_int(insert(i * 10 + n, NULL), 0);
}

static void test_sets_that_come_in_make_groups(void **state)
{
        PgStats before = stats();

        run_tasks(64, insert_ten);
        assert_int_equal(ask("SELECT count(*) FROM item"), 640);
        assert_int_equal(stats().writes - before.writes, 640);
        assert_in_range(stats().write_groups - before.write_groups, 10, 60);
}

static void add_twice(unsigned i)
{
        int64_t amount;

        check_int(add_by(pg, i % 3, 0, &amount), 0);
        check(amount == -1);
        check_int(insert(i, NULL), 0);
        check_int(add_by(pg, i, 0, &amount), 0);
        check_int(amount, 2);
}

static void test_zero_rows_is_an_answer(void **state)
{
        run_tasks(3, add_twice);
}

static void insert_returning_all(unsigned i)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgWrite write = {
                .stmt = {.sql = "INSERT INTO item (id, amount) VALUES ($1, 1) RETURNING *", .args = args},
                .table = "item",
                .id = id_of(i)};
        PgRows *rows;

        (void)pg_arg_uuid(args, &write.id);
        check_int(pg_save(pg, arena, &write, 0, &rows), 0);
        arena_free(arena);
}

static void change_table_between(unsigned i)
{
        for (unsigned n = 0; n < 20; n++) {
                insert_returning_all(i * 100 + n);
                if (i == 0)
                        (void)ask(n % 2 ? "ALTER TABLE item DROP new" : "ALTER TABLE item ADD new int");
        }
}

static void test_changed_table_is_planned_anew(void **state)
{
        run_tasks(10, change_table_between);
        assert_int_equal(ask("SELECT count(*) FROM item"), 200);
}

/* ---- members that fail ---- */

static void one_is_refused(unsigned i)
{
        static const struct {
                const char *code;
                int64_t amount;
                int r;
                const char *constraint;
        } cases[] = {
                {"taken", 1, PG_E_UNIQUE, "item_code"},
                {"a", -1, PG_E_CHECK, "item_amount"},
                {"null", 1, PG_E_NOT_NULL, ""},
                {"far", 1, PG_E_FOREIGN_KEY, "item_mark"},
                {"\xff", 1, PG_E_DATA, ""},
        };
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgWrite write = {.stmt.args = args, .table = "item", .id = id_of(5000 + i)};
        PgRows *rows;
        const char *code = cases[i].code;

        if (i == 2)
                write.stmt.sql = "INSERT INTO item (id, code, amount) VALUES ($1, $2, NULLIF($3, 1))";
        else if (i == 3)
                write.stmt.sql = "INSERT INTO item (id, code, amount, mark) VALUES ($1, $2, $3, 77)";
        else
                write.stmt.sql = insert_sql;
        (void)pg_arg_uuid(args, &write.id);
        (void)pg_arg_text(args, str_of(code));
        (void)pg_arg_int8(args, cases[i].amount);
        check_int(pg_save(pg, arena, &write, 0, &rows), cases[i].r);
        check(streq(pg_constraint(), cases[i].constraint));
        arena_free(arena);
}

static unsigned refused_first, refused_n;

static void some_are_refused(unsigned i)
{
        if (i < refused_n)
                one_is_refused(refused_first + i);
        else
                check_int(insert(i, NULL), 0);
}

static void test_failing_member_is_answered_alone(void **state)
{
        for (refused_first = 0, refused_n = 1; refused_first < 5; refused_first++) {
                PgStats before = stats();

                (void)ask("TRUNCATE item, mark; INSERT INTO item VALUES (gen_random_uuid(), 'taken', 1)");
                run_tasks(40, some_are_refused);
                assert_int_equal(ask("SELECT count(*) FROM item"), 40);
                assert_int_equal(stats().write_groups - before.write_groups, 2);
                assert_int_equal(stats().write_retries - before.write_retries, 39);
        }
}

static void test_several_failing_members(void **state)
{
        (void)ask("INSERT INTO item VALUES (gen_random_uuid(), 'taken', 1)");
        refused_first = 0;
        refused_n = 5;
        run_tasks(40, some_are_refused);
        assert_int_equal(ask("SELECT count(*) FROM item"), 36);
}

/* Two want the same code: one gets it, whatever the others of their group do. */
static unsigned won, lost;

static void want_same_code(unsigned i)
{
        if (i >= 4) {
                check_int(insert(i, NULL), 0);
        } else if (i == 3) {
                one_is_refused(1);
        } else {
                int r = insert(i, "same");
                check(r == 0 || r == PG_E_UNIQUE);
                won += r == 0;
                lost += r == PG_E_UNIQUE;
        }
}

static void test_members_in_each_others_way(void **state)
{
        run_tasks(20, want_same_code);
        assert_int_equal(won, 1);
        assert_int_equal(lost, 2);
        assert_int_equal(ask("SELECT count(*) FROM item"), 17);
}

/* Fails at commit, where nobody is named. */
static void refused_at_commit(unsigned i)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        PgWrite write = {
                .stmt = {.sql = "INSERT INTO item (id, amount, late_mark) VALUES ($1, 1, 88)", .args = args},
                .table = "item",
                .id = id_of(i)};
        PgRows *rows;

        (void)pg_arg_uuid(args, &write.id);
        if (i == 7) {
                check_int(pg_save(pg, arena, &write, 0, &rows), PG_E_FOREIGN_KEY);
                check(streq(pg_constraint(), "item_late_mark"));
        } else {
                check_int(insert(i, NULL), 0);
        }
        arena_free(arena);
}

static void test_deferred_constraint(void **state)
{
        run_tasks(20, refused_at_commit);
        assert_int_equal(ask("SELECT count(*) FROM item"), 19);
}

/* ---- locks ---- */

static int64_t began;

static void stuck_and_others(unsigned i)
{
        int64_t amount = 0;

        if (i == 0) {
                /* the holder lets go after a while */
                (void)ask("BEGIN; SELECT 1 FROM item WHERE amount = 50 FOR UPDATE");
                task_sleep(1500000);
                (void)ask("COMMIT");
        } else if (i <= 3) {
                check_int(add_by(pg, 1, in_ms(5000), &amount), 0);
                check_range(clock_monotonic() - began, 1400000, 6000000);
                check_range(amount, 51, 53);
        } else if (i == 4) {
                check_int(add_by(pg, 1, in_ms(400), &amount), PG_E_LOCKED);
                check_range(clock_monotonic() - began, 390000, 1400000);
        } else {
                for (unsigned n = 0; n < 20; n++)
                        check_int(insert(100 + i * 100 + n, NULL), 0);
                check_range(clock_monotonic() - began, 0, 1300000);
        }
}

static void test_stuck_member_does_not_hold_the_others(void **state)
{
        PgStats before = stats();

        (void)ask("INSERT INTO item VALUES ('01000000-0000-0000-0000-000000000001', 'held', 50)");
        began = clock_monotonic();
        run_tasks(20, stuck_and_others);
        assert_in_range(stats().locked - before.locked, 4, 4);
        assert_int_equal(stats().write_waiting, 0);
        assert_int_equal(ask("SELECT amount FROM item WHERE code = 'held'"), 53);
}

/* Two daemons write the same records: sorted, they wait for each other but never in a circle. */
static void write_overlapping(unsigned i)
{
        unsigned seed = i;

        for (unsigned n = 0; n < 30; n++) {
                int64_t amount;
                check_int(add_by(i % 2 ? pg : other, (unsigned)rand_r(&seed) % 16, in_ms(20000), &amount), 0);
        }
}

static void other_ready(unsigned i)
{
        await_ready(other);
}

static void test_order_keeps_two_writers_from_deadlock(void **state)
{
        PgConfig config = {.conninfo = fx.server.conninfo, .write_connections = 1, .list_connections = 1};
        long deadlocks = ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");

        (void)ask(
                "INSERT INTO item SELECT ('01000000-0000-0000-0000-0000' || lpad(to_hex(n), 8, '0'))::uuid, 'n' || n, 0 "
                "FROM generate_series(0, 15) n");
        assert_int_equal(pg_open(fx.loop, &config, &other), 0);
        run_tasks(1, other_ready);
        run_tasks(64, write_overlapping);
        other = pg_close(other);
        assert_int_equal(ask("SELECT sum(amount) FROM item"), 64 * 30);
        assert_int_equal(
                ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), deadlocks);
}

/* ---- connections that break ---- */

#define WRITERS 16
#define EACH    4000
static int told[WRITERS][EACH];
static bool there[WRITERS][EACH];
static unsigned n_told[WRITERS];
static bool stop;

static void insert_until_stopped(unsigned i)
{
        for (unsigned n = 0; !stop && n < EACH; n++) {
                told[i][n] = insert_by(pg, i * EACH + n, NULL, 1, in_ms(3000));
                n_told[i] = n + 1;
                if (told[i][n])
                        task_sleep(1000);
        }
}

/* What was told done is there; what was told not done is not. */
static void compare_with_table(unsigned *ret_done, unsigned *ret_unknown)
{
        PGresult *ids = PQexec(fx.psql, "SELECT ('x' || right(id::text, 8))::bit(32)::int FROM item");

        *ret_done = *ret_unknown = 0;
        memset(there, 0, sizeof there);
        for (int row = 0; row < PQntuples(ids); row++) {
                long n = strtol(PQgetvalue(ids, row, 0), NULL, 10);
                there[n / EACH][n % EACH] = true;
        }
        PQclear(ids);
        for (unsigned i = 0; i < WRITERS; i++)
                for (unsigned n = 0; n < n_told[i]; n++) {
                        int r = told[i][n];
                        assert_true(
                                r == 0 || r == PG_FAULT_UNKNOWN || r == PG_FAULT_DOWN || r == PG_E_TIMEOUT);
                        if (r != PG_FAULT_UNKNOWN)
                                assert_int_equal(there[i][n], r == 0);
                        *ret_done += r == 0;
                        *ret_unknown += r == PG_FAULT_UNKNOWN;
                }
}

static void kill_writers(unsigned i)
{
        if (i < WRITERS) {
                insert_until_stopped(i);
                return;
        }
        for (unsigned n = 0; n < 5; n++) {
                task_sleep(150000);
                (void)ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                          "WHERE application_name = 'cauce:writer'");
        }
        task_sleep(150000);
        stop = true;
}

static void test_killed_backends(void **state)
{
        unsigned done, unknown;
        PgStats before = stats();

        stop = false;
        run_tasks(WRITERS + 1, kill_writers);
        compare_with_table(&done, &unknown);
        assert_in_range(done, 100, WRITERS * EACH);
        assert_in_range(unknown, 0, 5 * WRITERS);
        assert_in_range(stats().reconnects - before.reconnects, 3, 5); /* the back-off grows */
}

static void crash_server(unsigned i)
{
        if (i < WRITERS) {
                insert_until_stopped(i);
                return;
        }
        task_sleep(200000);
        PQfinish(fx.psql);
        server_down(&fx.server, SIGQUIT);
        task_sleep(300000);
        server_up(&fx.server);
        fx.psql = server_psql(&fx.server);
        task_sleep(500000);
        stop = true;
}

static void test_crashed_server(void **state)
{
        unsigned done, unknown;

        stop = false;
        run_tasks(WRITERS + 1, crash_server);
        compare_with_table(&done, &unknown);
        assert_in_range(done, 100, WRITERS * EACH);
        assert_in_range(unknown, 0, WRITERS);
}

/* An answer before the loss says that nothing was done: it runs again and nobody hears of it. */
static void kill_while_it_waits(unsigned i)
{
        int64_t amount;

        if (i == 0) {
                (void)ask("BEGIN; SELECT 1 FROM item WHERE amount = 50 FOR UPDATE");
                check_int(add_by(pg, 1, in_ms(3000), &amount), 0);
                check_int(amount, 51);
        } else {
                task_sleep(250000); /* by now it waits in the locked pool */
                PGconn *killer = server_psql(&fx.server);
                check_int(server_ask(killer, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                             "WHERE application_name = 'cauce:locked' AND state = 'active'"),
                        1);
                PQfinish(killer);
                task_sleep(200000);
                (void)ask("COMMIT");
        }
}

static void test_surely_rolled_back_runs_again(void **state)
{
        (void)ask("INSERT INTO item VALUES ('01000000-0000-0000-0000-000000000001', 'held', 50)");
        run_tasks(2, kill_while_it_waits);
}

static void insert_without_server(unsigned i)
{
        check_int(insert_by(pg, i, NULL, 1, in_ms(200)), PG_FAULT_DOWN);
}

/* PostgreSQL stops answering: a set that was sent is unknown five seconds after its deadline, one that was
 * not is known not to be done. */
static void insert_while_stopped(unsigned i)
{
        int64_t begin = clock_monotonic();

        if (i == 0) {
                check_int(insert_by(pg, i, NULL, 1, in_ms(100)), PG_FAULT_UNKNOWN);
                check_range(clock_monotonic() - begin, 5000000, 8000000);
        } else {
                task_sleep(50000);
                check_int(insert_by(pg, i, NULL, 1, in_ms(100)), PG_E_TIMEOUT);
                check_range(clock_monotonic() - begin, 140000, 1500000);
        }
}

static void test_deadlines(void **state)
{
        long pid = ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'cauce:writer'");

        (void)kill((pid_t)pid, SIGSTOP);
        run_tasks(2, insert_while_stopped);
        (void)kill((pid_t)pid, SIGCONT);
        PQfinish(fx.psql);
        server_down(&fx.server, SIGINT);
        run_tasks(3, insert_without_server);
        server_up(&fx.server);
        fx.psql = server_psql(&fx.server);
        assert_in_range(ask("SELECT count(*) FROM item"), 0, 1);
}

static void ready(unsigned i)
{
        await_ready(pg);
}

static int begin(void **state)
{
        /* One group at a time: what goes together can be counted. */
        PgConfig config = {.write_connections = 1};
        int r = fixture_begin("CREATE TABLE mark (id int PRIMARY KEY);"
                              "CREATE TABLE item (id uuid PRIMARY KEY, code text CONSTRAINT item_code UNIQUE,"
                              " amount int8 NOT NULL CONSTRAINT item_amount CHECK (amount >= 0),"
                              " mark int CONSTRAINT item_mark REFERENCES mark,"
                              " late_mark int CONSTRAINT item_late_mark REFERENCES mark INITIALLY DEFERRED)");

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
                cmocka_unit_test_setup(test_sets_that_come_in_make_groups, empty),
                cmocka_unit_test_setup(test_zero_rows_is_an_answer, empty),
                cmocka_unit_test_setup(test_changed_table_is_planned_anew, empty),
                cmocka_unit_test_setup(test_failing_member_is_answered_alone, empty),
                cmocka_unit_test_setup(test_several_failing_members, empty),
                cmocka_unit_test_setup(test_members_in_each_others_way, empty),
                cmocka_unit_test_setup(test_deferred_constraint, empty),
                cmocka_unit_test_setup(test_stuck_member_does_not_hold_the_others, empty),
                cmocka_unit_test_setup(test_order_keeps_two_writers_from_deadlock, empty),
                cmocka_unit_test_setup(test_killed_backends, empty),
                cmocka_unit_test_setup(test_crashed_server, empty),
                cmocka_unit_test_setup(test_surely_rolled_back_runs_again, empty),
                cmocka_unit_test_setup(test_deadlines, empty),
        };

        return cmocka_run_group_tests(tests, begin, end);
}
