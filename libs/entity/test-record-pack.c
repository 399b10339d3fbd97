/* record_pack writes what protobuf-c does, byte for byte. */
#include "entity/test-runtime.h"

#include <cmocka.h>
#include <string.h>

#include "cauce.pb-c.h"
#include "entity/record_pack.h"
#include "identity.cauce.h"

static void check_packed(Arena *arena, const MessageMeta *meta, const ProtobufCMessage *record)
{
        StrBuf buf = {.arena = arena};
        const Field **fields = arena_array(arena, meta->n_fields, sizeof *fields);
        size_t len = protobuf_c_message_get_packed_size(record);
        uint8_t *bytes = arena_alloc(arena, len + 1);

        for (unsigned i = 0; i < meta->n_fields; i++)
                fields[i] = &meta->fields[i];
        (void)protobuf_c_message_pack(record, bytes);
        strbuf_puts(&buf, "x"); /* appended */
        record_pack(&buf, fields, meta->n_fields, record);
        assert_int_equal(buf.len, len + 1);
        assert_memory_equal(buf.p + 1, bytes, len);
}

static char *text_of(Arena *arena, size_t len)
{
        char *text = arena_alloc(arena, len + 1);

        memset(text, 'a', len);
        return text;
}

static void add_label(Arena *arena, Lead *lead, size_t len)
{
        Cauce__Label *label = arena_alloc(arena, sizeof *label);

        cauce__label__init(label);
        label->field = (char *)"owner";
        label->text = text_of(arena, len);
        lead->labels[lead->n_labels++] = label;
}

static void add_custom(Arena *arena, Lead *lead, const char *key, size_t len)
{
        Cauce__CustomValue *value = arena_alloc(arena, sizeof *value);

        cauce__custom_value__init(value);
        value->key = (char *)key;
        value->text = len ? text_of(arena, len) : NULL;
        value->has_flag = len == 0;
        value->flag = true;
        record_set_custom(arena, &lead->base, value);
}

/* Lengths around those at which their varint grows. */
static void test_lengths(void **state)
{
        static const size_t lengths[] = {0, 1, 100, 110, 120, 125, 126, 127, 128, 129, 16370, 16380, 16383,
                16384, 20000, 2097140, 2097152};

        (void)state;
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
                Arena *arena = arena_new();
                Lead *lead = (Lead *)record_new(arena, &lead_meta);
                Uuid id = uuid_v7();
                check_packed(arena, &lead_meta, &lead->base);
                record_set_uuid(arena, &lead->id, &lead->has_id, &id);
                lead->labels = arena_array(arena, 3, sizeof *lead->labels);
                lead->name = text_of(arena, lengths[i]);
                add_label(arena, lead, lengths[i]);
                add_label(arena, lead, 3);
                add_custom(arena, lead, "nick", lengths[i]);
                add_custom(arena, lead, "vip", 0);
                check_packed(arena, &lead_meta, &lead->base);
                arena_free(arena);
        }
}

static void test_numbers(void **state)
{
        static const int64_t numbers[] = {0, 1, -1, 127, 128, INT64_MAX, INT64_MIN, 1763762000000000};

        (void)state;
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
                Arena *arena = arena_new();
                Lead *lead = (Lead *)record_new(arena, &lead_meta);
                lead->has_version = lead->has_created_at = lead->has_latitude = lead->has_consent = true;
                lead->version = lead->created_at = lead->latitude = numbers[i];
                lead->consent = numbers[i] > 0;
                check_packed(arena, &lead_meta, &lead->base);
                arena_free(arena);
        }
}

static void test_texts(void **state)
{
        static const char *const grants[] = {"leads.lead:see", "", "leads.lead:change"};
        Arena *arena = arena_new();
        Profile *profile = (Profile *)record_new(arena, &profile_meta);

        (void)state;
        profile->n_grants = 3;
        profile->grants = arena_memdup(arena, grants, sizeof grants);
        check_packed(arena, &profile_meta, &profile->base);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lengths),
                cmocka_unit_test(test_numbers),
                cmocka_unit_test(test_texts),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
