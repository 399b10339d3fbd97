/* What each kind takes, how it is kept, and how several problems are told at once. */
#include "entity/test-runtime.h"

#include <cmocka.h>
#include <string.h>

#include "entity/validate.h"

static void test_validate_text(void **state)
{
        static const struct {
                const char *field, *text, *kept; /* kept NULL = refused; "" = null */
        } cases[] = {
                {"name", "  Ana Gómez ", "Ana Gómez"},
                {"name", "   ", ""},
                {"name", "a\x01z", NULL},
                {"name", "two\nlines", "two lines"},
                {"interest_detail", "two\nlines", "two\nlines"},
                {"email", "ANA@Acme.CO", "ana@acme.co"},
                {"email", "ana@", NULL},
                {"mobile", "300 123 4567", "+573001234567"},
                {"mobile", "12", NULL},
                {"website", "acme.co", "https://acme.co"},
                {"website", "javascript:alert(1)", NULL},
                {"city", "medellin", "05001"},
                {"city", "05001", "05001"},
                {"city", "Atlantis", NULL},
                {"stage", "offer", "offer"},
                {"stage", "Oferta presentada", "offer"},
                {"stage", "OFFER PRESENTED", "offer"},
                {"stage", "won", NULL},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                Value value;
                MsgCode code;
                const char *arg;
                world_init(&world);
                const Field *field = message_field(&lead_meta, str_of(cases[i].field));
                bool taken = validate_text(
                        world.arena, &world.entity, field, str_of(cases[i].text), &value, &code, &arg);
                if (taken != (cases[i].kept != NULL))
                        fail_msg("%s = \"%s\": taken %d", cases[i].field, cases[i].text, taken);
                if (taken && cases[i].kept[0]) {
                        assert_false(value.null);
                        assert_int_equal(value.text.len, strlen(cases[i].kept));
                        assert_memory_equal(value.text.p, cases[i].kept, value.text.len);
                } else if (taken) {
                        assert_true(value.null);
                }
                world_done(&world);
        }
}

static void test_validate_numbers(void **state)
{
        static const struct {
                const char *field, *text;
                bool taken;
                int64_t kept;
        } cases[] = {
                {"score", "12", true, 12},
                {"score", "1.5", false, 0},
                {"score", "9223372036854775807", true, INT64_MAX},
                {"score", "9223372036854775808", false, 0},
                {"latitude", "6.246631", true, 6246631},
                {"latitude", "90.000001", false, 0},
                {"longitude", "-75.581775", true, -75581775},
                {"consent", "Sí", true, 1},
                {"consent", "no", true, 0},
                {"consent", "perhaps", false, 0},
                {"consent_at", "2026-11-21", true, INT64_C(1795237200000000)},
                {"consent_at", "21/11/2026", true, INT64_C(1795237200000000)},
                {"consent_at", "2026-11-21 00:00", true, INT64_C(1795237200000000)},
                {"consent_at", "2026-11-21T05:00:00Z", true, INT64_C(1795237200000000)},
                {"consent_at", "31/02/2026", false, 0},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                Value value;
                MsgCode code;
                const char *arg;
                world_init(&world);
                const Field *field = message_field(&lead_meta, str_of(cases[i].field));
                bool taken = validate_text(
                        world.arena, &world.entity, field, str_of(cases[i].text), &value, &code, &arg);
                if (taken != cases[i].taken || (taken && value.number != cases[i].kept))
                        fail_msg("%s = \"%s\": taken %d, %lld", cases[i].field, cases[i].text, taken,
                                taken ? (long long)value.number : 0);
                world_done(&world);
        }
}

typedef struct Checked {
        TestWorld *world;
        Lead *lead;
} Checked;

static void check(Req *rq, void *arg)
{
        const Checked *checked = arg;
        const Change change = {.module = &lead_module, .after = &checked->lead->base};

        validate_change(rq, &checked->world->module, &change);
}

static void test_validate_change(void **state)
{
        TestWorld world;
        Lead lead = LEAD_INIT;
        Checked checked = {&world, &lead};

        (void)state;
        world_init(&world);
        lead.id_type = (char *)"nit";
        lead.tax_id = (char *)"800.197.268";
        lead.phone = (char *)"4445566";
        lead.city = (char *)"Medellín";
        assert_true(world_run(&world, check, &checked));
        assert_string_equal(lead.tax_id, "800197268-4");
        assert_string_equal(lead.city, "05001");
        assert_string_equal(lead.phone, "+576044445566");
        world_done(&world);
}

static void test_validate_all_problems(void **state)
{
        TestWorld world;
        Lead lead = LEAD_INIT;
        Checked checked = {&world, &lead};

        (void)state;
        world_init(&world);
        lead.id_type = (char *)"nit";
        lead.tax_id = (char *)"800197268-5";
        lead.email = (char *)"nobody";
        lead.stage = (char *)"won";
        assert_false(world_run(&world, check, &checked));
        assert_int_equal(world.rq.n_problems, 3);
        assert_int_equal(world.rq.problems[0].code, MSG_TAX_ID_DIGIT);
        assert_string_equal(world.rq.problems[0].field, "/tax_id");
        assert_string_equal(world.rq.problems[0].args[0], "4");
        assert_int_equal(world.rq.problems[1].code, MSG_NOT_AN_OPTION);
        assert_string_equal(world.rq.problems[1].field, "/stage");
        assert_int_equal(world.rq.problems[2].code, MSG_INVALID_FIELD);
        world_done(&world);
}

static void test_validate_custom(void **state)
{
        static const struct {
                Cauce__CustomValue value;
                int code; /* -1 = taken */
                const char *kept;
        } cases[] = {
                {{.base = PROTOBUF_C_MESSAGE_INIT(&cauce__custom_value__descriptor),
                         .key = (char *)"visits",
                         .number = (char *)"7"},
                        -1, "7"},
                {{.base = PROTOBUF_C_MESSAGE_INIT(&cauce__custom_value__descriptor),
                         .key = (char *)"rate",
                         .number = (char *)"1.50"},
                        -1, "1.5"},
                {{.base = PROTOBUF_C_MESSAGE_INIT(&cauce__custom_value__descriptor),
                         .key = (char *)"visits",
                         .text = (char *)"7"},
                        MSG_WRONG_TYPE, NULL},
                {{.base = PROTOBUF_C_MESSAGE_INIT(&cauce__custom_value__descriptor),
                         .key = (char *)"visits",
                         .number = (char *)"7.5"},
                        MSG_WRONG_TYPE, NULL},
                {{.base = PROTOBUF_C_MESSAGE_INIT(&cauce__custom_value__descriptor),
                         .key = (char *)"none",
                         .text = (char *)"x"},
                        MSG_UNKNOWN_FIELD, NULL},
                {{.base = PROTOBUF_C_MESSAGE_INIT(&cauce__custom_value__descriptor),
                         .key = (char *)"size",
                         .text = (char *)"huge"},
                        MSG_NOT_AN_OPTION, NULL},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                Lead lead = LEAD_INIT;
                Checked checked = {&world, &lead};
                Cauce__CustomValue value = cases[i].value, *values[] = {&value};
                Cauce__Custom custom = CAUCE__CUSTOM__INIT;
                world_init(&world);
                custom.n_values = 1;
                custom.values = values;
                lead.custom = &custom;
                bool taken = world_run(&world, check, &checked);
                if (cases[i].code < 0) {
                        assert_true(taken);
                        assert_string_equal(record_custom(&lead.base, value.key)->number, cases[i].kept);
                } else {
                        assert_false(taken);
                        assert_int_equal((int)world.rq.problems[0].code, cases[i].code);
                }
                world_done(&world);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_validate_text),
                cmocka_unit_test(test_validate_numbers),
                cmocka_unit_test(test_validate_change),
                cmocka_unit_test(test_validate_all_problems),
                cmocka_unit_test(test_validate_custom),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
