#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/json_message.h"
#include "http/test-thing.h"
#include "leads.cauce.h"

/* The message as JSON, or the problems as "code pointer arg; …". */
static const char *outcome(Arena *arena, const MessageMeta *meta, Str json, unsigned flags)
{
        JsonProblems problems;
        StrBuf out = {.arena = arena};
        uint32_t *changed = NULL;
        unsigned n_changed = 0;
        Str input = {arena_memdup(arena, json.p, json.len), json.len};
        ProtobufCMessage *message =
                json_to_message(arena, meta, input, flags, &problems, &changed, &n_changed);
        assert_int_equal(memcmp(input.p, json.p, json.len), 0);
        assert_int_equal(message == NULL, problems.n > 0);
        if (message)
                message_to_json(&out, meta, message);
        for (unsigned i = 0; i < n_changed; i++)
                strbuf_printf(&out, " %u", changed[i]);
        for (unsigned i = 0; i < problems.n; i++)
                strbuf_printf(&out, "%s%s %s %s", i ? "; " : "", msg_key(problems.items[i].code),
                        problems.items[i].pointer, problems.items[i].args[0]);
        return out.p;
}

typedef struct Case {
        const char *json;
        const char *expected; /* NULL = the same as json */
} Case;

static void check(const Case *cases, size_t n, unsigned flags)
{
        for (size_t i = 0; i < n; i++) {
                Arena *arena = arena_new();
                const char *expected = cases[i].expected ? cases[i].expected : cases[i].json;
                const char *got = outcome(arena, &thing_meta, str_of(cases[i].json), flags);
                if (strcmp(got, expected) != 0)
                        fail_msg("%s\nexpected %s\ngot      %s", cases[i].json, expected, got);
                arena_free(arena);
        }
}

#define CHECK(flags, ...)                                                                                    \
        check((const Case[]){__VA_ARGS__}, sizeof((const Case[]){__VA_ARGS__}) / sizeof(Case), (flags))

static void test_kinds(void **state)
{
        (void)state;
        CHECK(0, {"{}"}, {"{\"text\":\"\"}"}, {"{\"text\":\"\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\"}"},
                {"{\"text\":\"a\\\"\\\\\\n\\u0001\"}"},
                {" { \"text\" : \"\\u00f1\" } ", "{\"text\":\"\xc3\xb1\"}"}, {"{\"money\":\"12.50\"}"},
                {"{\"money\":12.5}", "{\"money\":\"12.50\"}"}, {"{\"money\":\"-92233720368547758.08\"}"},
                {"{\"money\":\"0\"}", "{\"money\":\"0.00\"}"}, {"{\"decimal\":\"12.5\"}"},
                {"{\"decimal\":-0.000001}", "{\"decimal\":\"-0.000001\"}"},
                {"{\"decimal\":9223372036854.775807}", "{\"decimal\":\"9223372036854.775807\"}"},
                {"{\"percent\":\"19\"}"}, {"{\"flag\":true}"}, {"{\"flag\":false}"},
                {"{\"day\":\"2026-11-21\"}"}, {"{\"day\":\"1969-12-31\"}"},
                {"{\"at\":\"2026-11-21T14:03:00.5Z\"}"},
                {"{\"at\":\"2026-11-21T14:03:00-05:00\"}", "{\"at\":\"2026-11-21T19:03:00Z\"}"},
                {"{\"options\":[\"a\",\"b\"]}"}, {"{\"options\":[]}", "{}"},
                {"{\"ref\":\"0190f3c2-7d1a-7c3e-8a11-000000000001\"}"},
                {"{\"ref\":\"0190F3C2-7D1A-7C3E-8A11-00000000000A\"}",
                        "{\"ref\":\"0190f3c2-7d1a-7c3e-8a11-00000000000a\"}"},
                {"{\"blob\":\"\"}"}, {"{\"blob\":\"AQ==\"}"}, {"{\"blob\":\"AQID/+8=\"}"},
                {"{\"state\":\"running\"}"}, {"{\"latitude\":\"4.711\",\"longitude\":\"-74.0721\"}"},
                {"{\"latitude\":\"-90\",\"longitude\":\"180\"}"},
                {"{\"i32\":-2147483648,\"u32\":4294967295}"},
                {"{\"i64\":-9223372036854775808,\"u64\":18446744073709551615}"},
                {"{\"i64\":9007199254740993}"}, {"{\"numbers\":[1,-2,3],\"flags\":[true,false]}"},
                {"{\"ids\":[\"0190f3c2-7d1a-7c3e-8a11-000000000001\",\"0190f3c2-7d1a-7c3e-8a11-000000000002\"]}"},
                {"{\"child\":{\"text\":\"x\",\"child\":{}},\"children\":[{\"i32\":1},{},{\"flag\":true}]}"},
                {"{\"secret\":\"s\"}", "{}"}, {"{\"system\":1}"},
                {"{\"labels\":{\"city\":\"Medell\xc3\xadn\"}}"}, {"{\"labels\":{},\"custom\":{}}", "{}"},
                {"{\"flag\":true,\"text\":\"x\",\"i64\":1}", "{\"text\":\"x\",\"flag\":true,\"i64\":1}"}, );
}

static void test_custom(void **state)
{
        (void)state;
        CHECK(0,
                {"{\"custom\":{\"a\":\"x\",\"b\":12.50,\"c\":true,\"d\":false,\"e\":[\"x\",\"y\\n\"],\"f\":[]}}"},
                {"{\"custom\":{\"a\":null,\"b\":1}}", "{\"custom\":{\"b\":1}}"},
                {"{\"custom\":{\"a\":null}}", "{}"},
                {"{\"custom\":{\"a\":-123456789012345678901234567890.123}}"},
                {"{\"custom\":{\"a\":1e3}}", "wrong_type /custom/a decimal"},
                {"{\"custom\":{\"a\":12345678901234567890123456789012345678901}}", "too_long /custom/a 40"},
                {"{\"custom\":{\"a\":{}}}", "wrong_type /custom/a string"},
                {"{\"custom\":{\"a\":[1,\"b\",[]]}}",
                        "wrong_type /custom/a/0 string; wrong_type /custom/a/2 string"},
                {"{\"custom\":{\"a/b~\":{}}}", "wrong_type /custom/a~1b~0 string"},
                {"{\"custom\":{\"a\":null,\"a\":1}}", "bad_json /custom/a duplicate key"},
                {"{\"custom\":{\"\\u0061\":1,\"a\":1}}", "bad_json /custom/a duplicate key"},
                {"{\"custom\":[]}", "wrong_type /custom object"},
                {"{\"labels\":{\"a\":1}}", "wrong_type /labels/a string"});
        CHECK(JSON_PATCH, {"{\"custom\":{\"a\":null,\"b\":1}}", "{\"custom\":{\"a\":null,\"b\":1}} 25"});
}

static void test_problems(void **state)
{
        (void)state;
        CHECK(0, {"{\"text\":\"123456\"}", "too_long /text 5"}, {"{\"text\":1}", "wrong_type /text string"},
                {"{\"text\":{\"a\":[1,{}]},\"nope\":[{}],\"flag\":1}",
                        "wrong_type /text string; unknown_field /nope nope; wrong_type /flag boolean"},
                {"{\"\":1}", "unknown_field / "},
                {"{\"tex\":1,\"texts\":1}", "unknown_field /tex tex; unknown_field /texts texts"},
                {"{\"money\":\"1.234\"}", "out_of_range /money \xc2\xb1"
                                          "92233720368547758.07, 0.01"},
                {"{\"money\":1e3}", "invalid_field /money 1e3"},
                {"{\"money\":\"1,5\"}", "invalid_field /money 1,5"},
                {"{\"money\":\"\"}", "invalid_field /money "},
                {"{\"money\":true}", "wrong_type /money decimal"},
                {"{\"decimal\":\"9223372036854.775808\"}", "out_of_range /decimal \xc2\xb1"
                                                           "9223372036854.775807, 0.000001"},
                {"{\"flag\":\"true\"}", "wrong_type /flag boolean"},
                {"{\"flag\":0}", "wrong_type /flag boolean"},
                {"{\"day\":\"2026-02-29\"}", "invalid_field /day 2026-02-29"},
                {"{\"day\":5}", "wrong_type /day date"},
                {"{\"at\":\"2026-11-21\"}", "invalid_field /at 2026-11-21"},
                {"{\"options\":\"a\"}", "wrong_type /options array"},
                {"{\"options\":[\"a\",1,null]}",
                        "wrong_type /options/1 string; wrong_type /options/2 string"},
                {"{\"options\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}", "too_long /options 3"},
                {"{\"ref\":\"x\"}", "invalid_field /ref x"}, {"{\"ref\":1}", "wrong_type /ref uuid"},
                {"{\"blob\":\"AQ\"}", "invalid_field /blob AQ"},
                {"{\"blob\":\"AR==\"}", "invalid_field /blob AR=="},
                {"{\"blob\":\"AAAAAAAAAAAA\"}", "too_long /blob 8"},
                {"{\"state\":\"gone\"}", "not_an_option /state gone"},
                {"{\"state\":1}", "wrong_type /state string"},
                {"{\"latitude\":\"90.000001\"}", "out_of_range /latitude \xc2\xb1"
                                                 "90"},
                {"{\"longitude\":-181}", "out_of_range /longitude \xc2\xb1"
                                         "180"},
                {"{\"i32\":2147483648}", "out_of_range /i32 32 bit"},
                {"{\"u32\":-1}", "out_of_range /u32 32 bit"},
                {"{\"u32\":4294967296}", "out_of_range /u32 32 bit"},
                {"{\"u64\":-1}", "out_of_range /u64 64 bit"},
                {"{\"u64\":18446744073709551616}", "out_of_range /u64 64 bit"},
                {"{\"i64\":9223372036854775808}", "out_of_range /i64 64 bit"},
                {"{\"i64\":1.0}", "wrong_type /i64 integer"}, {"{\"i64\":1e3}", "wrong_type /i64 integer"},
                {"{\"i64\":\"1\"}", "wrong_type /i64 integer"}, {"{\"u64\":1.5}", "wrong_type /u64 integer"},
                {"{\"child\":[]}", "wrong_type /child object"},
                {"{\"child\":{\"child\":{\"i32\":true}}}", "wrong_type /child/child/i32 integer"},
                {"{\"children\":[{},{\"options\":[1]},5]}",
                        "wrong_type /children/1/options/0 string; wrong_type /children/2 object"},
                {"[]", "wrong_type  object"}, {"1", "wrong_type  object"}, {"null", "wrong_type  object"});
}

static void test_bad_json(void **state)
{
        (void)state;
        CHECK(0, {"", "bad_json  unexpected end"}, {"{", "bad_json  unexpected end"},
                {"{}{}", "bad_json  trailing bytes"},
                {"{\"nope\":1,\"text\":x}", "bad_json  unexpected byte"},
                {"{\"text\":\"\\ud800\"}", "bad_json  lone surrogate"},
                {"{\"text\":\"\xff\"}", "bad_json  utf-8"}, {"{\"text\":\"\\u0000\"}", "bad_json  \\u0000"},
                {"{\"text\":\"a\",\"text\":\"b\"}", "bad_json /text duplicate key"},
                {"{\"text\":\"a\",\"nope\":1,\"\\u0074ext\":\"b\"}", "bad_json /text duplicate key"},
                {"{\"child\":{\"i32\":1,\"i32\":1}}", "bad_json /child/i32 duplicate key"},
                {"{\"text\":null,\"text\":\"b\"}", "bad_json /text duplicate key"},
                {"{\"options\":[\"a\",]}", "bad_json  unexpected byte"},
                {"{\"custom\":{\"a\":}}", "bad_json  unexpected byte"},
                {"{\"custom\":{\"a\":[1,}}", "bad_json  unexpected byte"},
                {"{\"labels\":{\"a\":", "bad_json  unexpected end"}, {"[1,", "bad_json  unexpected end"},
                {"[]]", "bad_json  trailing bytes"});
}

static void test_patch(void **state)
{
        (void)state;
        CHECK(0, {"{\"text\":null,\"options\":null,\"child\":null,\"custom\":null}", "{}"});
        CHECK(JSON_PATCH, {"{}", "{}"}, {"{\"flag\":true,\"text\":null}", "{\"flag\":true} 5 1"},
                {"{\"custom\":null,\"options\":null}", "{} 25 8"},
                {"{\"child\":{\"text\":null}}", "{\"child\":{}} 21"},
                {"{\"text\":null,\"text\":null}", "bad_json /text duplicate key"});
        CHECK(JSON_REFUSE_READ_ONLY, {"{\"system\":1,\"flag\":true}", "read_only /system "},
                {"{\"labels\":{\"a\":\"b\"}}", "read_only /labels "}, {"{\"system\":null}", "{}"},
                {"{\"child\":{\"system\":1}}", "read_only /child/system "}, {"{\"flag\":true}"});
        CHECK(JSON_PATCH | JSON_REFUSE_READ_ONLY, {"{\"system\":null}", "read_only /system "});
}

/* More problems than are told, and input that would make them long. */
static void test_bounds(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        JsonProblems problems;
        StrBuf text = {.arena = arena};
        strbuf_puts(&text, "{\"");
        for (int i = 0; i < 500; i++)
                strbuf_puts(&text, "\xc3\xb1");
        strbuf_puts(&text, "\":1");
        for (int i = 0; i < 100; i++)
                strbuf_printf(&text, ",\"x%d\":{}", i);
        strbuf_puts(&text, "}");
        assert_null(json_to_message(arena, &thing_meta, (Str){text.p, text.len}, 0, &problems, NULL, NULL));
        assert_int_equal(problems.n, JSON_PROBLEMS_MAX);
        assert_int_equal(strlen(problems.items[0].pointer), 121);
        assert_int_equal(strlen(problems.items[0].args[0]), 120);

        text.len = 0;
        for (int i = 0; i < 40; i++)
                strbuf_puts(&text, "{\"child\":");
        assert_string_equal(outcome(arena, &thing_meta, (Str){text.p, text.len}, 0), "bad_json  depth");

        for (int n = 500; n <= 501; n++) {
                text.len = 0;
                strbuf_puts(&text, "{\"custom\":{");
                for (int i = 0; i < n; i++)
                        strbuf_printf(&text, "%s\"k%d\":%d", i ? "," : "", i, i);
                strbuf_puts(&text, "}}");
                assert_string_equal(outcome(arena, &thing_meta, (Str){text.p, text.len}, 0),
                        n == 500 ? text.p : "too_long /custom 500");
        }
        text.len = 0;
        strbuf_puts(&text, "{\"numbers\":[0");
        for (int i = 0; i < 10000; i++)
                strbuf_puts(&text, ",1");
        strbuf_puts(&text, "]}");
        assert_string_equal(
                outcome(arena, &thing_meta, (Str){text.p, text.len}, 0), "too_long /numbers 10000");
        arena_free(arena);
}

/* A value that another process sent cannot break the text. */
static void test_foreign(void **state)
{
        static const char *const lexemes[] = {
                "1,\"x\":2", "", "abc", "1 2", " \"\\n\"", "--1", "NaN", "[", "1}"};
        (void)state;
        for (size_t i = 0; i < sizeof lexemes / sizeof *lexemes; i++) {
                Arena *arena = arena_new();
                StrBuf out = {.arena = arena};
                Cauce__CustomValue value = CAUCE__CUSTOM_VALUE__INIT, *values[] = {&value};
                Cauce__Custom custom = CAUCE__CUSTOM__INIT;
                Thing thing;
                value.key = (char *)"k\"";
                value.number = (char *)lexemes[i];
                custom.n_values = 1;
                custom.values = values;
                thing_message_init(&thing.base);
                thing.custom = &custom;
                thing.has_state = true;
                thing.state = 77;
                thing.has_ref = true;
                thing.ref = (ProtobufCBinaryData){.len = 1, .data = (uint8_t *)"\x01"};
                message_to_json(&out, &thing_meta, &thing.base);
                JsonReader reader;
                json_init(&reader, arena, (Str){out.p, out.len});
                assert_true(json_skip(&reader, json_next(&reader)) && json_next(&reader) == JSON_END);
                assert_non_null(strstr(out.p, "\"state\":\"unknown\""));
                assert_non_null(strstr(out.p, "\"ref\":\"AQ==\""));
                arena_free(arena);
        }
}

static void test_lead(void **state)
{
        static const char json[] =
                "{\"name\":\"Mar\xc3\xad"
                "a P\xc3\xa9rez\",\"company\":\"Redes del Norte S.A.S.\",\"id_type\":\"nit\","
                "\"score\":70,\"city\":\"05001\",\"latitude\":\"6.244203\","
                "\"contacted_by_sales_at\":\"2026-11-20T15:04:05Z\",\"needs_visit\":true}";
        (void)state;
        Arena *arena = arena_new();
        assert_string_equal(outcome(arena, &lead_meta, STR(json), JSON_REFUSE_READ_ONLY), json);
        assert_string_equal(
                outcome(arena, &lead_meta, STR("{\"version\":1,\"number\":2,\"nombre\":\"x\",\"city\":1}"),
                        JSON_REFUSE_READ_ONLY),
                "read_only /version ; read_only /number ; unknown_field /nombre nombre; wrong_type /city string");
        assert_string_equal(outcome(arena, &lead_meta, STR("{\"city\":null,\"name\":\"x\"}"), JSON_PATCH),
                "{\"name\":\"x\"} 34 20");
        arena_free(arena);
}

static int prepare(void **state)
{
        (void)state;
        thing_prepare();
        return 0;
}

/* What message_to_json says of the same message; NULL = unreadable. */
static const char *unpacked(Arena *arena, const MessageMeta *meta, Str packed)
{
        StrBuf out = {.arena = arena};
        const ProtobufCMessage *message = protobuf_c_message_unpack(
                meta->descriptor, arena_protobuf(arena), packed.len, (const uint8_t *)packed.p);

        if (!message)
                return NULL;
        message_to_json(&out, meta, message);
        return out.p;
}

static void check_packed(const MessageMeta *meta, Str packed)
{
        Arena *arena = arena_new();
        StrBuf out = {.arena = arena};
        const char *expected = unpacked(arena, meta, packed);

        strbuf_puts(&out, "x"); /* appended */
        assert_int_equal(packed_to_json(&out, arena, meta, packed), expected != NULL);
        assert_int_equal(out.len, 1 + (expected ? strlen(expected) : 0));
        if (expected)
                assert_string_equal(out.p + 1, expected);
        arena_free(arena);
}

static void check_packed_json(const MessageMeta *meta, const char *json)
{
        Arena *arena = arena_new();
        JsonProblems problems;
        const ProtobufCMessage *message =
                json_to_message(arena, meta, str_of(json), 0, &problems, NULL, NULL);

        assert_non_null(message);
        size_t len = protobuf_c_message_get_packed_size(message);
        uint8_t *bytes = arena_alloc(arena, len + 1);
        (void)protobuf_c_message_pack(message, bytes);
        check_packed(meta, (Str){(const char *)bytes, len});
        arena_free(arena);
}

static void test_packed(void **state)
{
        (void)state;
        check_packed_json(&lead_meta, "{}");
        check_packed_json(&lead_meta,
                "{\"name\":\"a\\\"\\n\xc3\xb1\",\"score\":-7,\"latitude\":\"4.5\",\"longitude\":\"-74.1\","
                "\"owner\":\"0193b5c0-1b2c-7d3e-8f40-0123456789ab\",\"contacted_by_sales\":true,"
                "\"custom\":{\"a\":\"x\",\"b\":1.5,\"c\":true,\"d\":[\"x\",\"y\"],\"e\":null}}");
        check_packed_json(&filter_meta,
                "{\"all\":[{\"field\":\"city\",\"op\":\"in\",\"values\":[\"a\",\"\",\"b\"]},{\"not\":{\"field\":\"x\"}}],"
                "\"any\":[{}]}");
}

/* Labels and what is packed by somebody else: out of order, twice, unknown, cut short. */
static void test_packed_foreign(void **state)
{
        static const Str cases[] = {
                STR("\x62\x08\x0a\x01"
                    "a"
                    "\x12\x03"
                    "b\"c"
                    "\x62\x06\x0a\x01"
                    "d"
                    "\x12\x01"
                    "e"),
                STR("\x62\x06\x12\x01"
                    "b"
                    "\x0a\x01"
                    "a"),
                STR("\x62\x03\x0a\x01"
                    "a"),
                STR("\x62\x00"),
                STR("\x62\x04\x0a\x01"
                    "a\x12"),
                STR("\x1a\x01"
                    "x"
                    "\x10\x05"),
                STR("\x10\x05\x10\x06"),
                STR("\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"),
                STR("\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
                STR("\x1a\x04"
                    "a\0bc"),
                STR("\x1a\x02"
                    "x"),
                STR("\x10"),
                STR("\x12\x01"
                    "x"),
                STR("\x5a\x00"),
                STR("\x5a\x02\x0a\x00"),
                STR("\xf8\xff\x03\x01\xf9\xff\x03"
                    "12345678"
                    "\xfa\xff\x03\x01x\xfd\xff\x03"
                    "1234"),
                STR("\x0b\x0c"),
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                check_packed(&lead_meta, cases[i]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_kinds),
                cmocka_unit_test(test_custom),
                cmocka_unit_test(test_problems),
                cmocka_unit_test(test_bad_json),
                cmocka_unit_test(test_patch),
                cmocka_unit_test(test_bounds),
                cmocka_unit_test(test_foreign),
                cmocka_unit_test(test_lead),
                cmocka_unit_test(test_packed),
                cmocka_unit_test(test_packed_foreign),
        };
        return cmocka_run_group_tests(tests, prepare, NULL);
}
