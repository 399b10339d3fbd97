/* Cells of an export: quotes, formulas, values as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "entity/cells.h"
#include "entity/record.h"
#include "leads.cauce.h"

static void test_put(void **state)
{
        static const struct {
                const char *text, *cell;
        } cases[] = {
                {"", ""},
                {"Ana", "Ana"},
                {"a,b", "\"a,b\""},
                {"a;b", "\"a;b\""},
                {"say \"hi\"", "\"say \"\"hi\"\"\""},
                {"two\nlines", "\"two\nlines\""},
                {" blank", "\" blank\""},
                {"=1+1", "'=1+1"},
                {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
                {"@SUM(A1)", "'@SUM(A1)"},
                {"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
                {"-2+3", "'-2+3"},
                {"-", "'-"},
                {"\t=1", "\"'\t=1\""},
                {"\r=1", "\"'\r=1\""},
                {"\n=1", "\"'\n=1\""},
                {"-12", "-12"},
                {"-12.5", "-12.5"},
                {"+573001234567", "+573001234567"},
                {"-1.2.3", "'-1.2.3"},
                {"-.5", "'-.5"},
                {"-5.", "'-5."},
                {"-1e9", "'-1e9"},
                {"3=1", "3=1"},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Arena *arena = arena_new();
                StrBuf out = {.arena = arena};
                cell_put(&out, str_of(cases[i].text));
                assert_string_equal(out.p ? out.p : "", cases[i].cell);
                (void)arena_free(arena);
        }
}

static Lead *sample(Arena *arena)
{
        static Cauce__CustomValue values[] = {
                {.key = (char *)"seen", .text = (char *)"2026-01-01T03:00:00Z"},
                {.key = (char *)"rate", .number = (char *)"3.50"},
                {.key = (char *)"size", .text = (char *)"big"},
                {.key = (char *)"vip", .has_flag = true, .flag = true},
        };
        Lead *lead = (Lead *)record_new(arena, &lead_meta);
        Uuid id;

        (void)uuid_parse(STR("018f0000-0000-7000-8000-000000000001"), &id);
        lead->name = (char *)"Ana";
        lead->stage = (char *)"offer";
        lead->city = (char *)"05001";
        lead->has_needs_visit = lead->needs_visit = true;
        lead->has_created_at = lead->has_latitude = true;
        lead->created_at = INT64_C(1767236400000000); /* 2026-01-01T03:00:00Z */
        lead->latitude = 6246631;
        record_set_uuid(arena, &lead->owner, &lead->has_owner, &id);
        record_set_uuid(arena, &lead->assigned_to, &lead->has_assigned_to, &id);
        lead->labels = arena_array(arena, 2, sizeof *lead->labels);
        for (unsigned i = 0; i < 2; i++) {
                Cauce__Label *label = arena_alloc(arena, sizeof *label);
                cauce__label__init(label);
                label->field = (char *)(i ? "owner" : "city");
                label->text = (char *)(i ? "Beto" : "Medellín, Antioquia");
                lead->labels[lead->n_labels++] = label;
        }
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
                values[i].base.descriptor = &cauce__custom_value__descriptor;
                record_set_custom(arena, &lead->base, &values[i]);
        }
        return lead;
}

static void test_text(void **state)
{
        static const PicklistItem items[] = {{"big", {"Grande", "Big"}, NULL}};
        static const Picklist sizes = {"size", 1, items};
        static const Field custom[] = {
                {.name = "seen", .kind = KIND_DATETIME, .flags = FIELD_CUSTOM},
                {.name = "rate", .kind = KIND_DECIMAL, .flags = FIELD_CUSTOM},
                {.name = "size", .kind = KIND_PICKLIST, .flags = FIELD_CUSTOM, .picklist = &sizes},
                {.name = "vip", .kind = KIND_BOOL, .flags = FIELD_CUSTOM},
                {.name = "none", .kind = KIND_TEXT, .flags = FIELD_CUSTOM},
        };
        static const struct {
                const char *field, *es, *en;
        } cases[] = {
                {"name", "Ana", "Ana"},
                {"stage", "Oferta presentada", "Offer presented"},
                {"city", "Medellín, Antioquia", "Medellín, Antioquia"},
                {"needs_visit", "Sí", "Yes"},
                {"created_at", "2025-12-31 22:00:00", "2025-12-31 22:00:00"},
                {"latitude", "6.246631", "6.246631"},
                {"owner", "Beto", "Beto"},
                {"assigned_to", "018f0000-0000-7000-8000-000000000001",
                        "018f0000-0000-7000-8000-000000000001"},
                {"email", "", ""},
                {"seen", "2025-12-31 22:00:00", "2025-12-31 22:00:00"},
                {"rate", "3.50", "3.50"},
                {"size", "Grande", "Big"},
                {"vip", "Sí", "Yes"},
                {"none", "", ""},
        };
        CellStyle style = {.decimals = 2};

        (void)state;
        assert_int_equal(zone_open("America/Bogota", &style.zone), 0);
        for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
                Arena *arena = arena_new();
                const Field *field = message_field(&lead_meta, str_of(cases[i / 2].field));
                for (size_t j = 0; !field && j < sizeof custom / sizeof custom[0]; j++)
                        if (streq(custom[j].name, cases[i / 2].field))
                                field = &custom[j];
                style.lang = i % 2 ? LANG_EN : LANG_ES;
                Str text = cell_text(arena, &style, &sample(arena)->base, field);
                assert_string_equal(arena_strndup(arena, text.p, text.len),
                        style.lang == LANG_EN ? cases[i / 2].en : cases[i / 2].es);
                (void)arena_free(arena);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_put),
                cmocka_unit_test(test_text),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
