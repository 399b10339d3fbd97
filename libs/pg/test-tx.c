/* Own transactions on a real server. */
#include "pg/test-fixture.h"

static Pg *pg;

static int exec(PgTx *tx, Arena *arena, const char *sql, int64_t *ret_value)
{
        PgStmt stmt = {.sql = sql};
        PgRows *rows = NULL;
        int r = pg_tx_exec(tx, arena, &stmt, &rows);

        if (r == 0 && ret_value)
                *ret_value = pg_int(rows, 0, 0);
        return r;
}

static const char add[] = "UPDATE balance SET amount = amount + 1 RETURNING amount";

static PgTx *tx_new(Arena *arena)
{
        PgTx *tx = NULL;

        check_int(pg_tx_begin(pg, arena, in_ms(5000), &tx), 0);
        return tx;
}

static void commits(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);
        int64_t value = 0;

        check_int(exec(tx, arena, add, &value), 0);
        check_int(value, 1);
        check_int(exec(tx, arena, "SELECT amount FROM balance", &value), 0);
        check_int(value, 1); /* sees its own writes */
        check_int(ask("SELECT amount FROM balance"), 0);
        check_int(pg_tx_commit(tx), 0);
        check_int(ask("SELECT amount FROM balance"), 1);
        check_int(exec(tx, arena, add, &value), PG_FAULT_DOWN); /* it is over */
        arena_free(arena);
        check_int(ask("SELECT amount FROM balance"), 1);
}

static void test_commit(void **state)
{
        run_tasks(1, commits);
}

/* Several in one round trip, and which of them fails. */
static void several(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);
        PgStmt stmts[3] = {{.sql = add}, {.sql = add}, {.sql = "SELECT amount FROM balance"}};
        PgRows *rows[3];
        unsigned failed;

        int64_t before = ask("SELECT amount FROM balance");
        check_int(pg_tx_exec_all(tx, arena, stmts, 3, rows, &failed), 0);
        check_int(failed, 3);
        check_int(pg_int(rows[2], 0, 0), before + 2);
        stmts[1].sql = "SELECT 1 / 0";
        check_int(pg_tx_exec_all(tx, arena, stmts, 3, rows, &failed), PG_E_DATA);
        check_int(failed, 1);
        check_int(pg_tx_commit(tx), PG_E_DATA); /* it is over */
        arena_free(arena);
        check_int(ask("SELECT amount FROM balance"), before);
        arena = arena_new();
        tx = tx_new(arena);
        stmts[1].sql = "SELECT 1 / 0"; /* with its BEGIN in front */
        check_int(pg_tx_exec_all(tx, arena, stmts, 3, rows, &failed), PG_E_DATA);
        check_int(failed, 1);
        tx = tx_new(arena);
        check_int(pg_tx_exec_all(tx, arena, stmts, 1, rows, &failed), 0);
        pg_tx_give_up(tx);
        check_int(pg_tx_commit(tx), PG_FAULT_DOWN);
        arena_free(arena);
        check_int(ask("SELECT amount FROM balance"), before);
}

static void test_several(void **state)
{
        run_tasks(1, several);
}

static void empty_ones(unsigned i)
{
        Arena *arena = arena_new();

        check_int(pg_tx_commit(tx_new(arena)), 0);
        (void)tx_new(arena);
        arena_free(arena);
}

static void test_nothing_in_it(void **state)
{
        run_tasks(20, empty_ones);
}

/* An arena that ends without a commit rolls back, in a task and outside of one. */
static Arena *left_open;

static void leaves_open(unsigned i)
{
        Arena *arena = arena_new();

        check_int(exec(tx_new(arena), arena, add, NULL), 0);
        if (i == 0)
                arena_free(arena);
        else
                left_open = arena;
}

static void adds_after_it(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);
        int64_t value = 0;

        check_int(exec(tx, arena, add, &value), 0); /* the row is free */
        check_int(value, 1);
        arena_free(arena);
}

static void test_rollback_by_the_arena(void **state)
{
        run_tasks(1, leaves_open);
        run_tasks(10, adds_after_it);
        spawn(leaves_open, 1);
        loop_run(fx.loop);
        left_open = arena_free(left_open);
        run_tasks(10, adds_after_it);
        assert_int_equal(ask("SELECT amount FROM balance"), 0);
}

static void fails(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);

        check_int(exec(tx, arena, add, NULL), 0);
        check_int(exec(tx, arena, "INSERT INTO balance VALUES (1, 0)", NULL), PG_E_UNIQUE);
        check(streq(pg_constraint(), "balance_pkey"));
        check_int(exec(tx, arena, add, NULL), PG_E_UNIQUE);
        check_int(pg_tx_commit(tx), PG_E_UNIQUE);
        check_int(ask("SELECT amount FROM balance"), 0);
        arena_free(arena);
}

static void test_failure_ends_it(void **state)
{
        run_tasks(1, fails);
        run_tasks(20, fails);
}

static void fails_at_commit(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);

        check_int(exec(tx, arena, "INSERT INTO late VALUES (1), (1)", NULL), 0);
        check_int(pg_tx_commit(tx), PG_E_UNIQUE);
        check_int(pg_tx_commit(tx), PG_E_UNIQUE);
        check_int(ask("SELECT count(*) FROM late"), 0);
        arena_free(arena);
}

static void test_failure_at_commit(void **state)
{
        run_tasks(1, fails_at_commit);
}

/* Every one of these holds the same row for a moment: they go one after the other through four connections.
 */
static void adds(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);
        int64_t before = 0, after = 0;

        check_int(exec(tx, arena, "SELECT amount FROM balance FOR UPDATE", &before), 0);
        check_int(exec(tx, arena, add, &after), 0);
        check_int(after, before + 1);
        check_int(pg_tx_commit(tx), 0);
        arena_free(arena);
}

static void test_many_on_one_row(void **state)
{
        run_tasks(64, adds);
        assert_int_equal(ask("SELECT amount FROM balance"), 64);
}

static void lasts_too_long(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);
        int64_t begin = clock_monotonic();

        check_int(exec(tx, arena, add, NULL), 0);
        if (i == 0) {
                check_int(exec(tx, arena, "SELECT pg_sleep(3)", NULL), PG_E_TIMEOUT);
                check_range(clock_monotonic() - begin, 900000, 3000000);
        } else {
                task_sleep(1200000);
                /* PostgreSQL has ended it, or we do */
                int r = exec(tx, arena, add, NULL);
                check(r == PG_E_TIMEOUT || r == PG_FAULT_DOWN);
        }
        check(pg_tx_commit(tx) != 0);
        arena_free(arena);
}

static void test_a_second_at_most(void **state)
{
        spawn(lasts_too_long, 0);
        loop_run(fx.loop);
        spawn(lasts_too_long, 1);
        loop_run(fx.loop);
        assert_int_equal(fx.failed, 0);
        assert_int_equal(ask("SELECT amount FROM balance"), 0);
}

static void waits_for_a_lock(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);

        check_int(exec(tx, arena, add, NULL), PG_E_LOCKED);
        arena_free(arena);
}

static void test_lock_held_elsewhere(void **state)
{
        (void)ask("BEGIN; UPDATE balance SET amount = 0");
        run_tasks(1, waits_for_a_lock);
        (void)ask("ROLLBACK");
}

static void crosswise(unsigned i)
{
        static const char *const sql[] = {
                "UPDATE pair SET n = n + 1 WHERE id = 1", "UPDATE pair SET n = n + 1 WHERE id = 2"};
        static unsigned locked;
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);
        int r;

        check_int(exec(tx, arena, sql[i], NULL), 0);
        task_sleep(50000);
        r = exec(tx, arena, sql[1 - i], NULL);
        r = r ? r : pg_tx_commit(tx);
        locked += r == PG_E_LOCKED;
        check(r == 0 || r == PG_E_LOCKED);
        arena_free(arena);
        if (fx.running == 1)
                check_range(locked, 1, 2);
}

static void test_deadlock(void **state)
{
        run_tasks(2, crosswise);
}

static void hogs_or_waits(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx;
        int64_t begin = clock_monotonic();

        if (i < 4) {
                tx = tx_new(arena);
                check_int(exec(tx, arena, "SELECT 1", NULL), 0);
                task_sleep(400000);
                check_int(pg_tx_commit(tx), 0);
        } else if (i < 8) {
                check_int(pg_tx_begin(pg, arena, in_ms(100), &tx), PG_E_TIMEOUT);
                check_range(clock_monotonic() - begin, 95000, 395000);
        } else {
                check_int(pg_tx_begin(pg, arena, in_ms(2000), &tx), 0);
                check_range(clock_monotonic() - begin, 390000, 1900000);
        }
        arena_free(arena);
}

static void test_no_connection_in_time(void **state)
{
        run_tasks(12, hogs_or_waits);
}

static void is_killed(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = tx_new(arena);

        check_int(exec(tx, arena, add, NULL), 0);
        (void)ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cauce:locked'");
        task_sleep(20000);
        check_int(exec(tx, arena, add, NULL), PG_FAULT_DOWN);
        check_int(pg_tx_commit(tx), PG_FAULT_DOWN);
        check_int(ask("SELECT amount FROM balance"), 0);
        arena_free(arena);
        arena = arena_new();
        check_int(exec(tx_new(arena), arena, add, NULL), 0);
        arena_free(arena);
}

static void test_killed_backend(void **state)
{
        run_tasks(1, is_killed);
}

/* Closed under its users. */
static void is_closed(unsigned i)
{
        Arena *arena = arena_new();
        PgTx *tx = NULL;
        PgStmt sleep = {.sql = "SELECT pg_sleep(0.5)"};
        PgRows *rows;
        int r;

        switch (i) {
        case 0:
                tx = tx_new(arena);
                check_int(exec(tx, arena, "SELECT pg_sleep(0.5)", NULL), PG_FAULT_DOWN);
                break;
        case 1:
                check_int(pg_read(pg, arena, &sleep, 1, 0, &rows), PG_FAULT_DOWN);
                break;
        case 2:
                check_int(pg_list(pg, arena, &sleep, 1, 0, &rows), PG_FAULT_DOWN);
                break;
        case 3:
                r = pg_save(pg, arena, &(PgWrite){.stmt = sleep, .table = "x"}, 0, &rows);
                check_int(r, PG_FAULT_UNKNOWN);
                break;
        case 4:
                task_sleep(1000);
                r = pg_save(pg, arena, &(PgWrite){.stmt = sleep, .table = "x"}, 0, &rows);
                check_int(r, PG_FAULT_DOWN);
                break;
        case 5:
                tx = tx_new(arena);
                task_sleep(200000);
                break;
        default:
                task_sleep(100000);
                pg = pg_close(pg);
        }
        arena_free(arena);
}

static void ready(unsigned i)
{
        await_ready(pg);
}

static int open_pg(void **state)
{
        PgConfig config = {.conninfo = fx.server.conninfo};
        int r = pg_open(fx.loop, &config, &pg);

        if (r == 0)
                run_tasks(1, ready);
        return r;
}

static void test_close(void **state)
{
        run_tasks(7, is_closed);
        assert_null(pg);
        assert_int_equal(open_pg(NULL), 0);
}

static void test_bad_conninfo(void **state)
{
        PgConfig config = {.conninfo = "no such thing"};
        Pg *none = NULL;

        assert_int_equal(pg_open(fx.loop, &config, &none), PG_FAULT);
        assert_null(none);
        assert_string_not_equal(pg_error(), "");
}

static int reset(void **state)
{
        (void)ask("UPDATE balance SET amount = 0");
        return 0;
}

static int begin(void **state)
{
        int r = fixture_begin("CREATE TABLE balance (id int PRIMARY KEY, amount int8);"
                              "INSERT INTO balance VALUES (1, 0);"
                              "CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
                              "CREATE TABLE pair (id int PRIMARY KEY, n int);"
                              "INSERT INTO pair VALUES (1, 0), (2, 0)");

        return r ? r : open_pg(state);
}

static int end(void **state)
{
        pg = pg_close(pg);
        return fixture_end();
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(test_commit, reset),
                cmocka_unit_test_setup(test_several, reset),
                cmocka_unit_test_setup(test_nothing_in_it, reset),
                cmocka_unit_test_setup(test_rollback_by_the_arena, reset),
                cmocka_unit_test_setup(test_failure_ends_it, reset),
                cmocka_unit_test_setup(test_failure_at_commit, reset),
                cmocka_unit_test_setup(test_many_on_one_row, reset),
                cmocka_unit_test_setup(test_a_second_at_most, reset),
                cmocka_unit_test_setup(test_lock_held_elsewhere, reset),
                cmocka_unit_test_setup(test_deadlock, reset),
                cmocka_unit_test_setup(test_no_connection_in_time, reset),
                cmocka_unit_test_setup(test_killed_backend, reset),
                cmocka_unit_test_setup(test_close, reset),
                cmocka_unit_test_setup(test_bad_conninfo, reset),
        };

        return cmocka_run_group_tests(tests, begin, end);
}
