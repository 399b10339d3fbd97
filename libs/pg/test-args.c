/* Parameters in binary, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pg/pg.h"

static void assert_arg(const PgArgs *args, unsigned number, uint32_t type, const char *value, int len)
{
        assert_int_equal(args->n, number);
        assert_int_equal(args->types[number - 1], type);
        assert_int_equal(args->lengths[number - 1], len);
        assert_memory_equal(args->values[number - 1], value, (size_t)len);
}

static void test_scalars(void **state)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        Uuid id = {.b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

        assert_int_equal(pg_arg_bool(args, true), 1);
        assert_arg(args, 1, PG_BOOL, "\1", 1);
        assert_int_equal(pg_arg_int4(args, -2), 2);
        assert_arg(args, 2, PG_INT4, "\xff\xff\xff\xfe", 4);
        assert_int_equal(pg_arg_int8(args, 0x0102030405060708), 3);
        assert_arg(args, 3, PG_INT8, "\1\2\3\4\5\6\7\10", 8);
        assert_int_equal(pg_arg_text(args, STR("niño")), 4);
        assert_arg(args, 4, PG_TEXT, "niño", 5);
        assert_int_equal(pg_arg_uuid(args, &id), 5);
        assert_arg(args, 5, PG_UUID, (const char *)id.b, 16);
        assert_int_equal(pg_arg_date(args, 10958), 6); /* 2000-01-02 */
        assert_arg(args, 6, PG_DATE, "\0\0\0\1", 4);
        assert_int_equal(pg_arg_timestamptz(args, INT64_C(946684800000002)), 7);
        assert_arg(args, 7, PG_TIMESTAMPTZ, "\0\0\0\0\0\0\0\2", 8);
        assert_int_equal(pg_arg_jsonb(args, STR("{}")), 8);
        assert_arg(args, 8, PG_JSONB, "\1{}", 3);
        assert_int_equal(pg_arg_bytea(args, "\0\1", 2), 9);
        assert_arg(args, 9, PG_BYTEA, "\0\1", 2);
        arena_free(arena);
}

static void test_null_is_not_empty(void **state)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);

        (void)pg_arg_null(args, PG_TEXT);
        (void)pg_arg_text(args, (Str){});
        assert_int_equal(args->types[0], PG_TEXT);
        assert_null(args->values[0]);
        assert_non_null(args->values[1]);
        assert_int_equal(args->lengths[1], 0);
        arena_free(arena);
}

static void test_values_are_copied(void **state)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        char text[] = "one";

        (void)pg_arg_text(args, str_of(text));
        text[0] = 'X';
        assert_memory_equal(args->values[0], "one", 3);
        arena_free(arena);
}

static void test_arrays(void **state)
{
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        Str texts[] = {STR("a"), STR(""), STR("ñ")};
        int64_t numbers[] = {1, -1};
        Uuid ids[1] = {{.b = {[15] = 7}}};

        (void)pg_arg_text_array(args, texts, 3);
        assert_arg(args, 1, PG_TEXT_ARRAY,
                "\0\0\0\1\0\0\0\0\0\0\0\31\0\0\0\3\0\0\0\1"
                "\0\0\0\1a\0\0\0\0\0\0\0\2\xc3\xb1",
                35);
        (void)pg_arg_int8_array(args, numbers, 2);
        assert_arg(args, 2, PG_INT8_ARRAY,
                "\0\0\0\1\0\0\0\0\0\0\0\24\0\0\0\2\0\0\0\1"
                "\0\0\0\10\0\0\0\0\0\0\0\1\0\0\0\10\xff\xff\xff\xff\xff\xff\xff\xff",
                44);
        (void)pg_arg_uuid_array(args, ids, 1);
        assert_arg(args, 3, PG_UUID_ARRAY,
                "\0\0\0\1\0\0\0\0\0\0\13\206\0\0\0\1\0\0\0\1"
                "\0\0\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\7",
                40);
        (void)pg_arg_text_array(args, NULL, 0);
        assert_arg(args, 4, PG_TEXT_ARRAY, "\0\0\0\0\0\0\0\0\0\0\0\31", 12);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scalars),
                cmocka_unit_test(test_null_is_not_empty),
                cmocka_unit_test(test_values_are_copied),
                cmocka_unit_test(test_arrays),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
