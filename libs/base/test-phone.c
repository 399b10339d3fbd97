#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/phone.h"
#include "base/places.h"

static const struct {
        const char *text, *city, *result;
} cases[] = {
        {"300 123 4567", NULL, "+573001234567"},
        {"3001234567", NULL, "+573001234567"},
        {"(300) 123-45.67", NULL, "+573001234567"},
        {"+57 300 123 4567", NULL, "+573001234567"},
        {"(+57) 300 1234567", NULL, "+573001234567"},
        {"0057 3001234567", NULL, "+573001234567"},
        {"57 3001234567", NULL, "+573001234567"},
        {"３００１２３４５６７", NULL, "+573001234567"},
        {"\u202A+57\u00A0300\u20111234567\u202C", NULL, "+573001234567"},
        {"(604) 444 5566", NULL, "+576044445566"},
        {"+57 604 444 5566", NULL, "+576044445566"},
        {"+57 4 444 5566", NULL, "+576044445566"},
        {"444 5566", "05001", "+576044445566"},
        {"444 5566", "11001", "+576014445566"},
        {"444 5566", "76001", "+576024445566"},
        {"444 5566", "08001", "+576054445566"},
        {"444 5566", "63001", "+576064445566"},
        {"444 5566", "68001", "+576074445566"},
        {"444 5566", "99001", "+576084445566"},
        {"01 8000 123456", NULL, "+5718000123456"},
        {"+57 18000123456", NULL, "+5718000123456"},
        {"+1 (415) 555-2671", NULL, "+14155552671"},
        {"+44 20 7946 0958", NULL, "+442079460958"},
        {"+58 412 1234567", NULL, "+584121234567"},
        {"+52 1 55 1234 5678", NULL, "+525512345678"},
        {"+52 55 1234 5678", NULL, "+525512345678"},
        {"+55 11 91234-5678", NULL, "+5511912345678"},
        {"+55 11 9123-4567", NULL, "+5511991234567"},
        {"+55 11 3123-4567", NULL, "+551131234567"},
        {"+290 12345", NULL, "+29012345"},
        {"444 5566", NULL, NULL},
        {"444 5566", "", NULL},
        {"444 5566", "05", NULL},
        {"444 5566", "00001", NULL},
        {"044 5566", "05001", NULL},
        {"200 123 4567", NULL, NULL},
        {"610 123 4567", NULL, NULL},
        {"30012345678", NULL, NULL},
        {"300123456", NULL, NULL},
        {"+57 300 123 456", NULL, NULL},
        {"+57 200 123 4567", NULL, NULL},
        {"+52 55 1234 567", NULL, NULL},
        {"+55 11 123", NULL, NULL},
        {"+1234567", NULL, NULL},
        {"+1234567890123456", NULL, NULL},
        {"+0123456789", NULL, NULL},
        {"300+1234567", NULL, NULL},
        {"++573001234567", NULL, NULL},
        {"300 123 4567 ext 2", NULL, NULL},
        {"no tiene", NULL, NULL},
        {"", NULL, NULL},
        {"()", NULL, NULL},
        {"30012345673001234567300123456730012345673001234567300123456730012", NULL, NULL},
};

static void test_cases(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                char *result = NULL, *again = NULL;
                int r = phone_normalise(arena, str_of(cases[i].text), cases[i].city, &result);
                if (r != (cases[i].result ? 0 : -EINVAL) || (r == 0 && !streq(result, cases[i].result)))
                        fail_msg("\"%s\": %d, %s", cases[i].text, r, result);
                if (r != 0)
                        continue;
                assert_int_equal(phone_normalise(arena, str_of(result), NULL, &again), 0);
                assert_string_equal(again, result);
        }
        arena_free(arena);
}

/* Every municipality has an area. */
static void test_areas(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        static const Place *capitals[50];
        unsigned n = place_search(arena, STR(""), 50, capitals);

        assert_int_equal(n, 33);
        for (unsigned i = 0; i < n; i++) {
                char *result = NULL;
                if (phone_normalise(arena, STR("2345678"), capitals[i]->code, &result) != 0)
                        fail_msg("%s", capitals[i]->name);
        }
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_cases),
                cmocka_unit_test(test_areas),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
