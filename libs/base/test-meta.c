#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/meta.h"

/* Four fields, as protoc-c and the plugin would write them: by tag in the table, by name in the index. */
static const ProtobufCFieldDescriptor pb_fields[] = {
        {.name = "name", .id = 14},
        {.name = "tax_id", .id = 23},
        {.name = "tax_id_type", .id = 24},
        {.name = "city", .id = 34},
};
static const unsigned by_name[] = {3, 0, 1, 2};
static const ProtobufCMessageDescriptor descriptor = {
        .name = "cauce.leads.Lead",
        .n_fields = 4,
        .fields = pb_fields,
        .fields_sorted_by_name = by_name,
};
static const Field fields[] = {
        {.name = "name", .number = 14, .index = 0},
        {.name = "tax_id", .number = 23, .index = 1},
        {.name = "tax_id_type", .number = 24, .index = 2},
        {.name = "city", .number = 34, .index = 3},
};
static const MessageMeta message = {
        .name = "cauce.leads.Lead",
        .descriptor = &descriptor,
        .n_fields = 4,
        .fields = fields,
};
static const Module lead = {.service = "leads", .name = "lead", .path = "leads", .key = "leads.lead"};
static const Module task = {
        .service = "activities", .name = "task", .path = "tasks", .key = "activities.task"};

const Module *const cauce_modules[] = {&lead, &task, NULL};
const Method *const cauce_methods[] = {NULL};

static void test_modules(void **state)
{
        (void)state;
        assert_ptr_equal(module_by_key("activities.task"), &task);
        assert_null(module_by_key("activities.tasks"));
        assert_ptr_equal(module_by_path(STR("leads")), &lead);
        assert_null(module_by_path(STR("lead")));
        assert_null(module_by_path(STR("")));
}

static void test_fields(void **state)
{
        (void)state;
        for (unsigned i = 0; i < 4; i++) {
                assert_ptr_equal(message_field(&message, str_of(fields[i].name)), &fields[i]);
                assert_ptr_equal(message_field_tag(&message, fields[i].number), &fields[i]);
        }
        static const Str none[] = {
                {"", 0}, {"nam", 3}, {"names", 5}, {"tax_id_", 7}, {"zz", 2}, {"city\0x", 6}};
        for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++)
                assert_null(message_field(&message, none[i]));
        assert_null(message_field_tag(&message, 0));
        assert_null(message_field_tag(&message, 15));
        assert_null(message_field_tag(&message, 99));
}

static void test_picklist(void **state)
{
        (void)state;
        static const PicklistItem items[] = {
                {"new", {"Nuevo", "New"}, NULL},
                {"won", {"Ganado", "Won"}, "#080"},
        };
        static const Picklist list = {.name = "stage", .n_items = 2, .items = items};

        assert_string_equal(picklist_label(&list, "won", LANG_ES), "Ganado");
        assert_string_equal(picklist_label(&list, "won", LANG_EN), "Won");
        assert_null(picklist_label(&list, "lost", LANG_ES));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_modules),
                cmocka_unit_test(test_fields),
                cmocka_unit_test(test_picklist),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
