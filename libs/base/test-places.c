#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/places.h"

static void test_by_code(void **state)
{
        (void)state;
        const Place *medellin = place_by_code(STR("05001"));
        Arena *arena = arena_new();

        assert_non_null(medellin);
        assert_string_equal(medellin->name, "Medellín");
        assert_string_equal(medellin->department, "Antioquia");
        assert_int_equal(medellin->latitude, 6246631);
        assert_int_equal(medellin->longitude, -75581775);
        assert_string_equal(place_label(arena, medellin), "Medellín, Antioquia");
        assert_string_equal(place_label(arena, place_by_code(STR("11001"))), "Bogotá, D.C.");
        assert_string_equal(place_by_code(STR("52835"))->name, "San Andrés de Tumaco");
        assert_string_equal(place_by_code(STR("99773"))->name, "Cumaribo");
        static const Str none[] = {
                {"", 0}, {"05", 2}, {"05003", 5}, {"00000", 5}, {"99999", 5}, {"050011", 6}, {"Cali!", 5}};
        for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++)
                assert_null(place_by_code(none[i]));
        arena_free(arena);
}

static void test_find(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                int r;
                const char *code;
        } cases[] = {
                {"medellin", 0, "05001"},
                {"  MEDELLÍN ", 0, "05001"},
                {"Medellín, Antioquia", 0, "05001"},
                {"Antioquia - Medellin", 0, "05001"},
                {"Medellín, Antioquia, Colombia", 0, "05001"},
                {"05001", 0, "05001"},
                {" 05001 ", 0, "05001"},
                {"Bogotá", 0, "11001"},
                {"bogota dc", 0, "11001"},
                {"Bogotá, D.C.", 0, "11001"},
                {"BOGOTA D. C.", 0, "11001"},
                {"Bogotá D.C., Colombia", 0, "11001"},
                {"Bogotá (Cundinamarca)", 0, "11001"},
                {"Bogotá, Bogotá D.C.", 0, "11001"},
                {"Santafé de Bogotá", 0, "11001"},
                {"cali", 0, "76001"},
                {"Cali, Valle", 0, "76001"},
                {"Cali - Valle del Cauca", 0, "76001"},
                {"cucuta", 0, "54001"},
                {"Cúcuta, N. de Santander", 0, "54001"},
                {"Cartagena", 0, "13001"},
                {"Tumaco", 0, "52835"},
                {"Armenia", 0, "63001"}, /* the capital, not Antioquia's */
                {"Armenia, Antioquia", 0, "05059"},
                {"Armenia Quindío", 0, "63001"},
                {"San Andrés", 0, "88001"},
                {"San Andrés (Santander)", 0, "68669"},
                {"San Andrés, San Andrés y Providencia", 0, "88001"},
                {"Rionegro", PLACE_AMBIGUOUS, NULL},
                {"Rionegro, Antioquia", 0, "05615"},
                {"Barbosa", PLACE_AMBIGUOUS, NULL},
                {"Barbosa (Santander)", 0, "68077"},
                {"El Carmen", 0, "54245"},
                {"Peñol", 0, "05541"},
                {"Ubaté", 0, "25843"},
                {"Villa de Leiva", 0, "15407"},
                {"Piendamó", 0, "19548"},
                {"Piendamó - Tunía", 0, "19548"},
                {"Riohacha, Guajira", 0, "44001"},
                {"Colombia", 0, "41206"}, /* Huila's */
                {"Colombia, Huila", 0, "41206"},
                {"Medellín, Santander", PLACE_UNKNOWN, NULL},
                {"Antioquia", PLACE_UNKNOWN, NULL},
                {"Springfield", PLACE_UNKNOWN, NULL},
                {"", PLACE_UNKNOWN, NULL},
                {"  ,, ", PLACE_UNKNOWN, NULL},
                {"日本", PLACE_UNKNOWN, NULL},
                {"05003", PLACE_UNKNOWN, NULL},
        };
        Arena *arena = arena_new();

        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                const Place *place = NULL;
                int r = place_find(arena, str_of(cases[i].text), &place);
                if (r != cases[i].r || (r == 0 && !streq(place->code, cases[i].code)) || (r && place))
                        fail_msg("\"%s\": %d, %s", cases[i].text, r, place ? place->code : "-");
        }
        arena_free(arena);
}

static unsigned count;
static const Place *found[2000];

static void search(Arena *arena, const char *text, unsigned limit)
{
        count = place_search(arena, str_of(text), limit, found);
}

static void test_search(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        search(arena, "med", 10);
        assert_true(count >= 2);
        assert_string_equal(found[0]->name, "Medellín");
        search(arena, "cal", 3);
        assert_int_equal(count, 3);
        assert_string_equal(found[0]->name, "Santiago de Cali");
        search(arena, "Bogotá", 5);
        assert_string_equal(found[0]->code, "11001");
        search(arena, "barb sant", 5);
        assert_true(count >= 1);
        assert_string_equal(found[0]->code, "68077");
        search(arena, "quilla", 5);
        assert_int_equal(count, 1);
        assert_string_equal(found[0]->name, "Barranquilla");
        search(arena, " 05001", 5);
        assert_int_equal(count, 1);
        assert_string_equal(found[0]->name, "Medellín");
        search(arena, "05", 200);
        assert_int_equal(count, 125);
        search(arena, "050011", 5);
        assert_int_equal(count, 0);
        search(arena, "zzz", 5);
        assert_int_equal(count, 0);
        search(arena, "", 50);
        assert_int_equal(count, 33);
        search(arena, "antioquia", 2000);
        assert_int_equal(count, 125);
        search(arena, "a", 0);
        assert_int_equal(count, 0);
        arena_free(arena);
}

/* Every place is found by its own label and comes once from a search for its whole name; the names that the
 * build cleaned are what the code makes of them. */
static void test_every_place(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        static const Place *all[2000];
        unsigned n = place_search(arena, STR(""), 50, all), total = 0;

        assert_int_equal(n, 33);
        for (unsigned code = 5000; code < 100000; code++) {
                char text[6];
                for (unsigned i = 0, rest = code; i < 5; i++, rest /= 10)
                        text[4 - i] = (char)('0' + rest % 10);
                text[5] = '\0';
                const Place *place = place_by_code(str_of(text)), *again = NULL;
                if (!place)
                        continue;
                total++;
                if (place_find(arena, str_of(place_label(arena, place)), &again) != 0 || again != place)
                        fail_msg("%s %s", place->code, place->name);
                assert_in_range(place->latitude + 5000000, 0, 20000000);
                assert_in_range(place->longitude + 83000000, 0, 20000000);
                search(arena, place->name, 2000);
                unsigned times = 0;
                for (unsigned i = 0; i < count; i++)
                        times += found[i] == place;
                assert_int_equal(times, 1);
                arena_reset(arena);
        }
        assert_int_equal(total, 1122);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_by_code),
                cmocka_unit_test(test_find),
                cmocka_unit_test(test_search),
                cmocka_unit_test(test_every_place),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
