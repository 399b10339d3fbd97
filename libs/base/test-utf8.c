#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static const struct {
        const char *name;
        Str text;
        bool valid;
        size_t length;
} cases[] = {
        {"empty", {"", 0}, true, 0},
        {"ascii", {"abc", 3}, true, 3},
        {"two", {"\xC3\xB1", 2}, true, 1},
        {"three", {"\xE2\x82\xAC", 3}, true, 1},
        {"four", {"\xF0\x9F\x98\x80", 4}, true, 1},
        {"last", {"\xF4\x8F\xBF\xBF", 4}, true, 1},
        {"nul", {"a\0b", 3}, false, 0},
        {"overlong nul", {"\xC0\x80", 2}, false, 0},
        {"overlong two", {"\xC1\xBF", 2}, false, 0},
        {"overlong three", {"\xE0\x9F\xBF", 3}, false, 0},
        {"overlong four", {"\xF0\x8F\xBF\xBF", 4}, false, 0},
        {"surrogate", {"\xED\xA0\x80", 3}, false, 0},
        {"too high", {"\xF4\x90\x80\x80", 4}, false, 0},
        {"five", {"\xF8\x88\x80\x80\x80", 5}, false, 0},
        {"alone", {"\x80", 1}, false, 0},
        {"cut two", {"\xC3", 1}, false, 0},
        {"cut three", {"\xE2\x82", 2}, false, 0},
        {"cut four", {"\xF0\x9F\x98", 3}, false, 0},
        {"bad tail", {"\xE2\x82\x28", 3}, false, 0},
        {"latin-1", {"Bogot\xE1", 6}, false, 0},
};

static void test_cases(void **state)
{
        (void)state;
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                if (utf8_valid(cases[i].text) != cases[i].valid)
                        fail_msg("%s", cases[i].name);
                if (cases[i].valid)
                        assert_int_equal(utf8_length(cases[i].text), cases[i].length);
        }
}

/* Every case at every place in a line of blanks, so that the eight-byte stride meets it everywhere. */
static void test_cases_in_a_line(void **state)
{
        (void)state;
        char line[48];

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                for (size_t at = 0; at < 32; at++) {
                        memset(line, ' ', sizeof line);
                        memcpy(line + at, cases[i].text.p, cases[i].text.len);
                        if (utf8_valid((Str){line, 40}) != cases[i].valid)
                                fail_msg("%s at %zu", cases[i].name, at);
                }
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_cases),
                cmocka_unit_test(test_cases_in_a_line),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
