/* Decoding of binary results, good ones and mangled ones, on results made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libpq-fe.h>

#include "pg/pg.h"

static PGresult *result;

/* One row with one value; len -1 = null. */
static const PgRows *value_of(uint32_t type, const char *value, int len)
{
        PGresAttDesc column = {.name = (char *)"x", .format = 1, .typid = type, .typlen = -1};

        PQclear(result);
        result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
        assert_true(PQsetResultAttrs(result, 1, &column));
        assert_true(PQsetvalue(result, 0, 0, (char *)value, len));
        return result;
}

static const PgRows *int4(uint32_t type, uint32_t value)
{
        char wire[4] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8), (char)value};

        return value_of(type, wire, 4);
}

static void test_numbers(void **state)
{
        static const struct {
                const char *wire;
                int len;
                int64_t value;
        } cases[] = {
                {"\xff\xfe", 2, -2},
                {"\0\0\1\0", 4, 256},
                {"\x80\0\0\0", 4, INT32_MIN},
                {"\xff\xff\xff\xff\xff\xff\xff\xff", 8, -1},
                {"\x7f\xff\xff\xff\xff\xff\xff\xff", 8, INT64_MAX},
                {"\1\2\3", 3, 0},
                {"", 0, 0},
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                assert_int_equal(
                        pg_int(value_of(PG_INT8, cases[i].wire, cases[i].len), 0, 0), cases[i].value);
        assert_true(pg_bool(value_of(PG_BOOL, "\1", 1), 0, 0));
        assert_false(pg_bool(value_of(PG_BOOL, "\0", 1), 0, 0));
        assert_false(pg_bool(value_of(PG_BOOL, "", 0), 0, 0));
}

static void test_nulls_and_places_out_of_range(void **state)
{
        const PgRows *rows = value_of(PG_INT8, NULL, -1);

        assert_true(pg_null(rows, 0, 0));
        assert_int_equal(pg_int(rows, 0, 0), 0);
        assert_int_equal(pg_text(rows, 0, 0).len, 0);
        rows = int4(PG_INT4, 5);
        assert_int_equal(pg_rows(rows), 1);
        assert_int_equal(pg_columns(rows), 1);
        assert_false(pg_null(rows, 0, 0));
        assert_true(pg_null(rows, 1, 0));
        assert_true(pg_null(rows, 0, 1));
        assert_int_equal(pg_int(rows, -1, 0), 0);
        assert_int_equal(pg_int(rows, 0, 9), 0);
        assert_int_equal(pg_rows(NULL), 0);
        assert_int_equal(pg_affected(NULL), 0);
}

static void test_row_size(void **state)
{
        assert_int_equal(pg_row_size(value_of(PG_TEXT, "señal", 6), 0), 6);
        assert_int_equal(pg_row_size(value_of(PG_TEXT, NULL, -1), 0), 0);
        assert_int_equal(pg_row_size(value_of(PG_TEXT, "x", 1), 1), 0);
}

static void test_text(void **state)
{
        Str text = pg_text(value_of(PG_TEXT, "señal", 6), 0, 0);

        assert_int_equal(text.len, 6);
        assert_string_equal(text.p, "señal");
        text = pg_text(value_of(PG_JSONB, "\1{}", 3), 0, 0);
        assert_string_equal(text.p, "{}");
        assert_int_equal(text.len, 2);
        assert_int_equal(pg_text(value_of(PG_JSONB, "", 0), 0, 0).len, 0);
}

static void test_text_copy(void **state)
{
        Arena *arena = arena_new();
        char *text = pg_text_copy(value_of(PG_TEXT, "señal", 6), 0, 0, arena);

        assert_string_equal(pg_text_copy(value_of(PG_TEXT, "", 0), 0, 0, arena), "");
        assert_null(pg_text_copy(value_of(PG_TEXT, NULL, -1), 0, 0, arena));
        assert_string_equal(text, "señal");
        arena_free(arena);
}

static void test_uuid(void **state)
{
        Uuid id = pg_uuid(value_of(PG_UUID, "0123456789abcdef", 16), 0, 0);

        assert_memory_equal(id.b, "0123456789abcdef", 16);
        id = pg_uuid(value_of(PG_UUID, "0123456789abcde", 15), 0, 0);
        assert_true(uuid_is_nil(&id));
}

static void test_time(void **state)
{
        assert_int_equal(pg_date(int4(PG_DATE, 0), 0, 0), 10957);
        assert_int_equal(pg_date(int4(PG_DATE, (uint32_t)-10957), 0, 0), 0);
        assert_int_equal(pg_date(int4(PG_DATE, INT32_MAX), 0, 0), INT32_MAX); /* infinity */
        assert_int_equal(pg_date(int4(PG_DATE, (uint32_t)INT32_MIN), 0, 0), INT32_MIN);
        assert_int_equal(pg_date(value_of(PG_DATE, "\0", 1), 0, 0), 0);
        assert_int_equal(
                pg_timestamptz(value_of(PG_TIMESTAMPTZ, "\0\0\0\0\0\0\0\1", 8), 0, 0), 946684800000001);
        assert_int_equal(
                pg_timestamptz(value_of(PG_TIMESTAMPTZ, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8), 0, 0),
                INT64_MAX);
        assert_int_equal(pg_timestamptz(value_of(PG_TIMESTAMPTZ, "\x80\0\0\0\0\0\0\0", 8), 0, 0), INT64_MIN);
}

#define HEAD(n) "\0\0\0\1\0\0\0\0\0\0\0\31\0\0\0" n "\0\0\0\1"

static void test_text_arrays(void **state)
{
        static const struct {
                const char *wire;
                int len;
                unsigned n;
        } cases[] = {
                {HEAD("\2") "\0\0\0\1a\0\0\0\2bc", 31, 2},
                {HEAD("\2") "\xff\xff\xff\xff\0\0\0\1a", 29, 2}, /* a null */
                {"\0\0\0\0\0\0\0\0\0\0\0\31", 12, 0},            /* empty */
                {HEAD("\2") "\0\0\0\1a", 25, 0},                 /* cut off */
                {HEAD("\2") "\0\0\0\7a\0\0\0\0", 29, 0},         /* a length beyond the end */
                {HEAD("\377") "\0\0\0\1a", 25, 0},               /* more than can be there */
                {"\0\0\0\2\0\0\0\0\0\0\0\31\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1a", 33,
                        0}, /* two dimensions */
                {"", 0, 0},
        };
        Arena *arena = arena_new();
        Str *texts;

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                const PgRows *rows = value_of(PG_TEXT_ARRAY, cases[i].wire, cases[i].len);
                assert_int_equal(pg_text_array(rows, 0, 0, arena, &texts), cases[i].n);
        }
        (void)pg_text_array(value_of(PG_TEXT_ARRAY, cases[0].wire, cases[0].len), 0, 0, arena, &texts);
        assert_true(str_is(texts[0], "a"));
        assert_true(str_is(texts[1], "bc"));
        arena_free(arena);
}

static void test_int_arrays(void **state)
{
        Arena *arena = arena_new();
        int64_t *numbers;
        const PgRows *rows =
                value_of(PG_INT8_ARRAY, HEAD("\2") "\0\0\0\10\0\0\0\0\0\0\0\5\0\0\0\4\xff\xff\xff\xff", 40);

        assert_int_equal(pg_int_array(rows, 0, 0, arena, &numbers), 2);
        assert_int_equal(numbers[0], 5);
        assert_int_equal(numbers[1], -1);
        arena_free(arena);
}

static int clear(void **state)
{
        PQclear(result);
        result = NULL;
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_numbers),
                cmocka_unit_test(test_nulls_and_places_out_of_range),
                cmocka_unit_test(test_row_size),
                cmocka_unit_test(test_text),
                cmocka_unit_test(test_text_copy),
                cmocka_unit_test(test_uuid),
                cmocka_unit_test(test_time),
                cmocka_unit_test(test_text_arrays),
                cmocka_unit_test(test_int_arrays),
        };

        return cmocka_run_group_tests(tests, NULL, clear);
}
