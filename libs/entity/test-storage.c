/* Storage form: what is written is what PostgreSQL's to_jsonb writes, and comes back the same. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cauce.pb-c.h"
#include "entity/record.h"
#include "entity/storage.h"
#include "leads.pb-c.h"

static const Module *lead(void)
{
        const Module *module = module_by_key("leads.lead");

        assert_non_null(module);
        return module;
}

static ProtobufCMessage *must_read(Arena *arena, const char *json)
{
        ProtobufCMessage *message = NULL;

        if (storage_to_message(arena, lead(), str_of(json), &message) != 0)
                fail_msg("not read: %s", json);
        return message;
}

static const char *written(Arena *arena, const ProtobufCMessage *message, const uint32_t *changed, unsigned n)
{
        StrBuf buf = {.arena = arena};

        storage_put_json(&buf, lead(), message, changed, n);
        return buf.p;
}

static void test_round_trip(void **state)
{
        static const char *const cases[] = {
                "{}",
                "{\"id\":\"0192f0c1-2d3e-7a4b-8c5d-6e7f80910a1b\",\"version\":9223372036854775807}",
                "{\"created_at\":\"2026-11-21T14:03:00.5+00:00\",\"deleted_at\":\"1999-12-31T23:59:59+00:00\"}",
                "{\"name\":\"Ñandú \\\"S.A.S.\\\" \\\\ \\n fin\",\"company\":\"\"}",
                "{\"score\":-9223372036854775808,\"latitude\":6244203,\"longitude\":-75581212}",
                "{\"contacted_by_sales\":true,\"needs_visit\":false}",
                "{\"custom\":{}}",
                "{\"custom\":{\"a\":\"x\",\"b\":12.50,\"c\":true,\"d\":[\"x\",\"y\"],\"e\":null,\"f\":-1e400}}",
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                Arena *arena = arena_new();
                const char *text = written(arena, must_read(arena, cases[i]), NULL, 0);
                assert_string_equal(text, cases[i]);
                (void)arena_free(arena);
        }
}

static void test_changed(void **state)
{
        static const uint32_t changed[] = {20, 21, 34, TAG_CUSTOM, TAG_LABELS, 999};
        Arena *arena = arena_new();
        const ProtobufCMessage *message =
                must_read(arena, "{\"name\":\"Ana\",\"company\":\"X\",\"address\":\"calle 1\"}");

        assert_string_equal(written(arena, message, changed, 6),
                "{\"custom\":null,\"name\":\"Ana\",\"company\":\"X\",\"city\":null}");
        assert_string_equal(written(arena, message, changed, 0), "{}");
        (void)arena_free(arena);
}

/* A newer service's data: columns and shapes that this build does not know. */
static void test_unknown_skipped(void **state)
{
        Arena *arena = arena_new();
        const ProtobufCMessage *message = must_read(arena,
                " { \"zzz\" : {\"a\":[1,{\"b\":null}]}, \"fold\":\" ana\", \"name\":\"Ana\", \"labels\":[1],"
                "\"custom\":{\"x\":{\"deep\":1},\"y\":2}, \"company\":null } ");

        assert_string_equal(written(arena, message, NULL, 0), "{\"custom\":{\"y\":2},\"name\":\"Ana\"}");
        (void)arena_free(arena);
}

static void test_refused(void **state)
{
        static const char *const cases[] = {
                "",
                "[]",
                "null",
                "{\"name\":1}",
                "{\"name\":[]}",
                "{\"version\":\"1\"}",
                "{\"version\":1.5}",
                "{\"version\":9223372036854775808}",
                "{\"id\":\"x\"}",
                "{\"created_at\":\"yesterday\"}",
                "{\"needs_visit\":\"true\"}",
                "{\"needs_visit\":1}",
                "{\"custom\":\"x\"}",
                "{\"custom\":{\"a\":[1]}}",
                "{\"name\":\"a\"",
                "{\"name\":\"a\"} x",
                "{\"name\":\"\xff\"}",
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                Arena *arena = arena_new();
                ProtobufCMessage *message;
                if (storage_to_message(arena, lead(), str_of(cases[i]), &message) != -EINVAL)
                        fail_msg("read: %s", cases[i]);
                (void)arena_free(arena);
        }
}

/* The reader of a number writes it back as it came, so it must be one. */
static void test_custom_number(void **state)
{
        static const char *const numbers[] = {"1", "-0.5", "1e9", "", "1,\"x\":2", "NaN", "01", "\"", "+1"};
        static const char *const texts[] = {
                "1", "-0.5", "1e9", "null", "null", "null", "null", "null", "null"};

        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
                Arena *arena = arena_new();
                Cauce__CustomValue value = CAUCE__CUSTOM_VALUE__INIT, *values[] = {&value};
                Cauce__Custom custom = CAUCE__CUSTOM__INIT;
                StrBuf buf = {.arena = arena};
                value.key = (char *)"n";
                value.number = (char *)numbers[i];
                custom.n_values = 1;
                custom.values = values;
                storage_put_custom(&buf, &custom);
                assert_string_equal(buf.p, arena_printf(arena, "{\"n\":%s}", texts[i]));
                (void)arena_free(arena);
        }
}

static void test_many_values(void **state)
{
        Arena *arena = arena_new();
        StrBuf json = {.arena = arena};
        Cauce__Custom *custom;

        for (unsigned i = 0; i < 300; i++)
                strbuf_printf(&json, "%s\"k%u\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"%u\"]",
                        i ? "," : "{", i, i);
        strbuf_putc(&json, '}');
        assert_int_equal(storage_to_custom(arena, (Str){json.p, json.len}, &custom), 0);
        assert_int_equal(custom->n_values, 300);
        StrBuf back = {.arena = arena};
        storage_put_custom(&back, custom);
        assert_string_equal(back.p, json.p);
        (void)arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_round_trip),
                cmocka_unit_test(test_changed),
                cmocka_unit_test(test_unknown_skipped),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_custom_number),
                cmocka_unit_test(test_many_values),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
