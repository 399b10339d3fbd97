#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void test_str(void **state)
{
        (void)state;
        assert_int_equal(str_of(NULL).len, 0);
        assert_true(str_eq(STR("a"), str_of("a")));
        assert_false(str_eq(STR("a"), STR("ab")));
        assert_true(str_eq(str_of(NULL), STR("")));
        assert_true(str_is(STR("abc"), "abc"));
        assert_false(str_is(STR("abc"), "ab"));
        assert_true(str_is(str_trim(STR(" \t\r\n x y \v\f")), "x y"));
        assert_true(str_is(str_trim(STR("  ")), ""));
}

static void test_take(void **state)
{
        static const struct {
                const char *text, *parts[4];
        } cases[] = {
                {"", {NULL}},
                {"a", {"a"}},
                {"a,bc", {"a", "bc"}},
                {",", {""}},
                {"a,", {"a"}},
                {",,a", {"", "", "a"}},
        };

        (void)state;
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Str rest = str_of(cases[i].text), part = STR("untouched");
                for (unsigned j = 0; cases[i].parts[j]; j++) {
                        assert_true(str_take(&rest, ',', &part));
                        assert_int_equal(part.len, strlen(cases[i].parts[j]));
                        assert_true(str_is(part, cases[i].parts[j]));
                }
                Str last = part;
                assert_false(str_take(&rest, ',', &part));
                assert_ptr_equal(part.p, last.p);
        }
        assert_false(str_take(&(Str){}, ',', &(Str){}));
}

static void check_buffer(Arena *arena)
{
        StrBuf buf = {.arena = arena};
        char big[300];

        memset(big, 'z', sizeof big);
        big[299] = '\0';
        assert_null(buf.p);
        strbuf_puts(&buf, "");
        assert_string_equal(buf.p, "");
        strbuf_puts(&buf, "ab");
        strbuf_putc(&buf, 'c');
        strbuf_put(&buf, "def", 2);
        strbuf_printf(&buf, "%d%s", 12, "x");
        assert_string_equal(buf.p, "abcde12x");
        strbuf_printf(&buf, "%s", big);
        assert_int_equal(buf.len, 8 + 299);
        assert_string_equal(buf.p + 8, big);
        for (unsigned i = 0; i < 100000; i++)
                strbuf_putc(&buf, (char)('a' + i % 26));
        assert_int_equal(buf.len, 307 + 100000);
        assert_int_equal(strlen(buf.p), buf.len);
        memcpy(strbuf_reserve(&buf, 1 << 20), "end", 4);
        buf.len += 3;
        assert_int_equal(strlen(buf.p), 307 + 100000 + 3);
        strbuf_done(&buf);
        assert_null(buf.p);
}

static void test_strbuf(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        check_buffer(arena);
        check_buffer(NULL);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_str),
                cmocka_unit_test(test_take),
                cmocka_unit_test(test_strbuf),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
