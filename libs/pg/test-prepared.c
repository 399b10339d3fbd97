/* The cache of prepared statements: what is the same, what is given up, what PostgreSQL must be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pg/prepared.h"

static PreparedCache cache;

static Prepared *get(const char *sql, unsigned n, const uint32_t *types, bool fresh)
{
        bool is_fresh;
        Prepared *prepared = pgprepared_get(&cache, sql, n, types, &is_fresh);

        assert_int_equal(is_fresh, fresh);
        return prepared;
}

static void test_same_text_and_types(void **state)
{
        const uint32_t text[] = {25}, number[] = {20};
        char copy[] = "SELECT $1";
        Prepared *a = get("SELECT $1", 1, text, true);
        Prepared *b = get(copy, 1, text, false);
        Prepared *c = get("SELECT $1", 1, number, true);

        assert_ptr_equal(a, b);
        assert_ptr_not_equal(a, c);
        assert_string_not_equal(a->name, c->name);
        pgprepared_release(&cache, a);
        pgprepared_release(&cache, b);
        pgprepared_release(&cache, c);
}

static void use(unsigned i, bool fresh)
{
        char sql[32];
        Prepared *prepared;

        (void)snprintf(sql, sizeof sql, "SELECT %u", i);
        prepared = get(sql, 0, NULL, fresh);
        prepared->ready = true;
        pgprepared_release(&cache, prepared);
}

static void test_least_recently_used_goes(void **state)
{
        char name[16];

        for (unsigned i = 0; i < PREPARED_MAX; i++)
                use(i, true);
        assert_false(pgprepared_take_dropped(&cache, name));
        use(0, false);
        use(PREPARED_MAX, true);
        assert_int_equal(cache.n, PREPARED_MAX);
        assert_true(pgprepared_take_dropped(&cache, name));
        assert_string_equal(name, "s2");
        assert_false(pgprepared_take_dropped(&cache, name));
        use(0, false);
        use(1, true);
}

static void test_dropped_while_in_use(void **state)
{
        Prepared *a = get("SELECT 1", 0, NULL, true);
        char name[16];

        a->ready = true;
        pgprepared_drop(&cache, a);
        assert_false(pgprepared_take_dropped(&cache, name)); /* a step is under way with it */
        pgprepared_release(&cache, get("SELECT 1", 0, NULL, true));
        pgprepared_release(&cache, a);
        assert_true(pgprepared_take_dropped(&cache, name));
        assert_string_equal(name, "s1");
}

static void test_never_prepared_needs_no_word(void **state)
{
        Prepared *a = get("SELECT 1", 0, NULL, true);
        char name[16];

        pgprepared_drop(&cache, a);
        pgprepared_release(&cache, a);
        assert_false(pgprepared_take_dropped(&cache, name));
}

static int begin(void **state)
{
        pgprepared_init(&cache);
        return 0;
}

static int end(void **state)
{
        pgprepared_done(&cache);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_same_text_and_types, begin, end),
                cmocka_unit_test_setup_teardown(test_least_recently_used_goes, begin, end),
                cmocka_unit_test_setup_teardown(test_dropped_while_in_use, begin, end),
                cmocka_unit_test_setup_teardown(test_never_prepared_needs_no_word, begin, end),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
