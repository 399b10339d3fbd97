#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disposition.h"

static void test_names(void **state)
{
        static const char *const samples[][2] = {
                {"leads.csv", "attachment; filename=\"leads.csv\""},
                {"leads", "attachment; filename=\"leads.csv\""},
                {"leads.html", "attachment; filename=\"leads.html.csv\""},
                {"LEADS.TXT", "attachment; filename=\"LEADS.TXT\""},
                {"año 1.csv", "attachment; filename=\"ano 1.csv\"; filename*=UTF-8''a%C3%B1o%201.csv"},
                {"\"x\".csv", "attachment; filename=\"_x_.csv\""},
                {"a\r\nSet-Cookie: x=1.csv", "attachment; filename=\"aSet-Cookie_ x=1.csv\""},
                {"../../etc/passwd", "attachment; filename=\"passwd.csv\""},
                {"C:\\leads\\enero.csv", "attachment; filename=\"enero.csv\""},
                {"x/", "attachment; filename=\"cauce.csv\""},
                {"...", "attachment; filename=\"cauce.csv\""},
                {"", "attachment; filename=\"cauce.csv\""},
                {".bashrc", "attachment; filename=\"bashrc.csv\""},
                {"a%2Fb.csv", "attachment; filename=\"a_2Fb.csv\""},
                {"fac\xe2\x80\xaevsc.exe", "attachment; filename=\"facvsc.exe.csv\""},
                {"\xff\xfe", "attachment; filename=\"cauce.csv\""},
                {"表.csv", "attachment; filename=\"_.csv\"; filename*=UTF-8''%E8%A1%A8.csv"},
        };
        Arena *arena = arena_new();

        for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
                assert_string_equal(disposition_of(arena, str_of(samples[i][0])), samples[i][1]);
        (void)arena_free(arena);
}

static void test_long(void **state)
{
        Arena *arena = arena_new();
        StrBuf name = {.arena = arena};

        for (unsigned i = 0; i < 200; i++)
                strbuf_puts(&name, "ñ");
        Str safe = disposition_name(arena, (Str){name.p, name.len});
        assert_int_equal(safe.len, 154);
        assert_true(utf8_valid(safe));
        (void)arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_long),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
