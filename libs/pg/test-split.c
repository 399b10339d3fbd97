/* Scripts are split where PostgreSQL would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pg/split.h"

static void test_split(void **state)
{
        static const struct {
                const char *script;
                const char *statements[4];
        } cases[] = {
                {"", {0}},
                {" ;;\n; -- nothing\n /* at all */ ", {0}},
                {"SELECT 1", {"SELECT 1"}},
                {"SELECT 1; SELECT 2 ;", {"SELECT 1", "SELECT 2"}},
                {"SELECT ';', \";\";x", {"SELECT ';', \";\"", "x"}},
                {"SELECT 'it''s;';x", {"SELECT 'it''s;'", "x"}},
                {"SELECT E'\\';';x", {"SELECT E'\\';'", "x"}},
                {"SELECT '\\';x", {"SELECT '\\'", "x"}},
                {"DO $$ a; b; $$; x", {"DO $$ a; b; $$", "x"}},
                {"DO $f$ a; $$;$$ $f$; x", {"DO $f$ a; $$;$$ $f$", "x"}},
                {"PREPARE p AS SELECT $1; x", {"PREPARE p AS SELECT $1", "x"}},
                {"a$b$;c;$d", {"a$b$", "c", "$d"}},
                {"-- cauce: no transaction\nSELECT 1 -- ;\n;x", {"SELECT 1 -- ;", "x"}},
                {"/* ; /* ; */ ; */ SELECT /* ; */ 1;x", {"SELECT /* ; */ 1", "x"}},
                {"SELECT 'open;", {"SELECT 'open;"}},
                {"DO $$ open;", {"DO $$ open;"}},
                {"/* open ;", {0}},
                {"x--", {"x--"}},
                {"$", {"$"}},
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                Str script = str_of(cases[i].script), statement;
                unsigned n = 0;

                while (pgscript_next(&script, &statement)) {
                        char text[100];
                        assert_in_range(n, 0, 3);
                        assert_in_range(statement.len, 1, sizeof text - 1);
                        memcpy(text, statement.p, statement.len);
                        text[statement.len] = 0;
                        assert_non_null(cases[i].statements[n]);
                        assert_string_equal(text, cases[i].statements[n++]);
                }
                assert_true(n == 4 || !cases[i].statements[n]);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_split)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
