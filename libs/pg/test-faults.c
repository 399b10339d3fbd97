/* Everything at once: all kinds of calls with deadlines short and long, while backends are killed at random.
 * What was told done was done once, what was told not done was not, every code is a documented one, nothing
 * is left behind. */
#include "pg/test-fixture.h"

#define TASKS    48
#define COUNTERS 8
#define RUN_MS   3000

static Pg *pg;
static int64_t until;
static unsigned done[COUNTERS], unknown[COUNTERS], n_calls, n_failures;

/* A write's outcome on a counter. */
static void count(unsigned counter, int r)
{
        done[counter] += r == 0;
        unknown[counter] += r == PG_FAULT_UNKNOWN;
        check(r == 0 || r == PG_FAULT_UNKNOWN || r == PG_FAULT_DOWN || r == PG_E_TIMEOUT || r == PG_E_LOCKED);
}

static const char add_sql[] = "UPDATE counter SET n = n + 1 WHERE id = $1 RETURNING n";

static int save(Arena *arena, unsigned counter, int64_t deadline_us)
{
        PgArgs *args = pg_args(arena);
        PgWrite write = {.stmt = {.sql = add_sql, .args = args}, .table = "counter", .id = id_of(counter)};
        PgRows *rows = NULL;
        int r;

        (void)pg_arg_uuid(args, &write.id);
        r = pg_save(pg, arena, &write, deadline_us, &rows);
        if (r == 0)
                check_int(pg_rows(rows), 1);
        count(counter, r);
        return r;
}

static int transaction(Arena *arena, unsigned counter, int64_t deadline_us, bool commit)
{
        PgArgs *args = pg_args(arena);
        PgStmt stmt = {.sql = add_sql, .args = args};
        Uuid id = id_of(counter);
        PgRows *rows = NULL;
        PgTx *tx = NULL;
        int r = pg_tx_begin(pg, arena, deadline_us, &tx);

        (void)pg_arg_uuid(args, &id);
        r = r ? r : pg_tx_exec(tx, arena, &stmt, &rows);
        if (r == 0 && commit)
                r = pg_tx_commit(tx);
        else
                r = r ? r : PG_E_TIMEOUT;
        count(counter, r);
        return r;
}

static int get(Arena *arena, unsigned counter, int64_t deadline_us)
{
        Uuid id = id_of(counter);
        PgRows *rows;
        int row = -1;
        int r = pg_get(
                pg, arena, "SELECT id, n FROM counter WHERE id = ANY($1)", &id, deadline_us, &rows, &row);

        if (r == 0) {
                Uuid got = pg_uuid(rows, row, 0);
                check(uuid_compare(&got, &id) == 0);
        }
        return r;
}

static int select_three(Arena *arena, unsigned seed, int64_t deadline_us)
{
        PgStmt stmts[] = {
                {.sql = "SELECT sum(n) FROM counter"},
                {.sql = arena_printf(arena, "SELECT %u", seed % 500)},
                {.sql = seed % 16 ? "SELECT pg_sleep(0.001)" : "SELECT 1/0"},
        };
        PgRows *rows[3];
        int r = seed % 2 ? pg_read(pg, arena, stmts, 3, deadline_us, rows)
                         : pg_list(pg, arena, stmts, 3, deadline_us, rows);

        check_int(r == PG_E_DATA, seed % 16 == 0 && r != 0 && r != PG_E_TIMEOUT && r != PG_FAULT_DOWN);
        if (r == 0)
                check_int(pg_int(rows[1], 0, 0), seed % 500);
        return r;
}

static void call_at_random(unsigned i)
{
        unsigned seed = i + 1;

        while (clock_monotonic() < until) {
                Arena *arena = arena_new();
                unsigned dice = (unsigned)rand_r(&seed);
                int64_t deadline_us = in_ms(dice % 3 == 0 ? 1 + dice / 3 % 20 : 3000);
                unsigned counter = (unsigned)rand_r(&seed) % COUNTERS;
                int r;

                switch (dice / 64 % 8) {
                case 0:
                case 1:
                case 2:
                        r = save(arena, counter, deadline_us);
                        break;
                case 3:
                        r = transaction(arena, counter, deadline_us, dice / 512 % 4 != 0);
                        break;
                case 4:
                case 5:
                        r = get(arena, counter, deadline_us);
                        break;
                default:
                        r = select_three(arena, (unsigned)rand_r(&seed), deadline_us);
                        break;
                }
                check(r == 0 || (r > 0 && r <= PG_E_DATA) || r == PG_FAULT_DOWN || r == PG_FAULT_UNKNOWN);
                n_calls++;
                n_failures += r != 0;
                arena_free(arena);
                if (r)
                        task_sleep(1000);
        }
}

static void calls_and_kills(unsigned i)
{
        if (i < TASKS) {
                call_at_random(i);
                return;
        }
        while (clock_monotonic() < until) {
                task_sleep(100000);
                (void)ask(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'cauce:%' "
                        "ORDER BY random() LIMIT 1");
        }
}

static void ready(unsigned i)
{
        await_ready(pg);
}

static void test_calls_while_backends_die(void **state)
{
        until = in_ms(RUN_MS);
        run_tasks(TASKS + 1, calls_and_kills);
        run_tasks(1, ready);
        for (unsigned i = 0; i < COUNTERS; i++) {
                char sql[100];
                (void)snprintf(sql, sizeof sql, "SELECT n FROM counter WHERE right(id::text, 1) = '%u'", i);
                assert_in_range(ask(sql), done[i], done[i] + unknown[i]);
        }
        print_message("%u calls, %u not done\n", n_calls, n_failures);
        assert_in_range(n_calls, 1000, 10000000);
        assert_in_range(n_failures, 10, n_calls / 2);
}

static int begin(void **state)
{
        PgConfig config = {};
        int r = fixture_begin(
                "CREATE TABLE counter (id uuid PRIMARY KEY, n int8 NOT NULL);"
                "INSERT INTO counter SELECT ('01000000-0000-0000-0000-00000000000' || n)::uuid, 0 "
                "FROM generate_series(0, 7) n");

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
                cmocka_unit_test(test_calls_while_backends_die),
        };

        return cmocka_run_group_tests(tests, begin, end);
}
