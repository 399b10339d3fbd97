#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "base/str.h"

static void test_cases(void **state)
{
        (void)state;
        static const struct {
                const char *text, *fold;
        } cases[] = {
                {"", ""}, {"   ", ""}, {"  Ana \t\n María  ", "ana maria"}, {"MEDELLÍN", "medellin"},
                {"Peña Ñáñez & Cía.", "pena nanez & cia."}, {"Straße", "strasse"}, {"ŁÓDŹ", "łodz"},
                {"Ǆungla", "dzungla"}, {"ﬁn", "fin"}, {"Ⅷ", "viii"}, {"①２３", "123"}, {"ΣΊΣΥΦΟΣ", "σισυφοσ"},
                {"Дом", "дом"}, {"n\u0303o", "no"},    /* combining tilde */
                {"a\u00A0b\u2003c\u2028d", "a b c d"}, /* no-break, em, line separator */
                {"so\u00ADft\u200Bzero\uFEFF", "softzero"}, {"Æther Øre", "æther øre"}, {"日本", "日本"},
                {"😀 OK", "😀 ok"}, {"\uFDFA", "صلى الله عليه وسلم"}, /* one character of 18 */
        };
        Arena *arena = arena_new();

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Str fold = text_fold(arena, str_of(cases[i].text));
                assert_string_equal(fold.p, cases[i].fold);
                assert_int_equal(strlen(fold.p), fold.len);
        }
        assert_string_equal(text_fold(arena, STR("Bogot\xE1 D.C.")).p, "bogot? d.c.");
        arena_free(arena);
}

/* The table of Western letters says what utf8proc says. */
static void test_table_against_utf8proc(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        for (unsigned c = 1; c < 0x100; c++) {
                utf8proc_uint8_t text[8], *whole = NULL;
                utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)c, text);
                (void)utf8proc_map(text, n, &whole,
                        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                                UTF8PROC_IGNORE);
                assert_non_null(whole);
                Str fold = text_fold(arena, (Str){(char *)text, (size_t)n});
                Str expected = str_trim(str_of((char *)whole));
                if (c == 0x85)
                        expected = STR("");
                if (!str_eq(fold, expected))
                        fail_msg("U+%04X: \"%s\"", c, fold.p);
                free(whole);
        }
        arena_free(arena);
}

/* Every code point between letters: folded once or twice is the same, and is UTF-8. */
static void test_twice(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        for (utf8proc_int32_t c = 1; c < 0x110000; c++) {
                char text[8] = "A";
                if (!utf8proc_codepoint_valid(c))
                        continue;
                size_t n = 1 + (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)text + 1);
                text[n++] = 'Z';
                Str once = text_fold(arena, (Str){text, n});
                Str twice = text_fold(arena, once);
                if (!str_eq(once, twice) || !utf8_valid(once))
                        fail_msg("U+%04X: \"%s\", then \"%s\"", (unsigned)c, once.p, twice.p);
                arena_reset(arena);
        }
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_cases),
                cmocka_unit_test(test_table_against_utf8proc),
                cmocka_unit_test(test_twice),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
