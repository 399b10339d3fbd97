#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

/* The tokens of a text, one letter each; texts in <>; an error ends with "!reason". */
static const char *tokens(Arena *arena, Str input)
{
        static const char letters[JSON_TOKEN_MAX] = {
                [JSON_OBJECT_BEGIN] = '{',
                [JSON_OBJECT_END] = '}',
                [JSON_ARRAY_BEGIN] = '[',
                [JSON_ARRAY_END] = ']',
                [JSON_KEY] = 'k',
                [JSON_STRING] = 's',
                [JSON_NUMBER] = '#',
                [JSON_TRUE] = 't',
                [JSON_FALSE] = 'f',
                [JSON_NULL] = 'n',
                [JSON_END] = '.',
        };
        StrBuf out = {.arena = arena};
        JsonReader reader;
        json_init(&reader, arena, input);
        for (;;) {
                JsonToken token = json_next(&reader);
                if (token == JSON_ERROR) {
                        assert_int_equal(json_next(&reader), JSON_ERROR);
                        strbuf_printf(&out, "!%s", reader.error);
                        return out.p;
                }
                strbuf_putc(&out, letters[token]);
                if (token == JSON_END)
                        return out.p;
                if (token == JSON_KEY || token == JSON_STRING || token == JSON_NUMBER) {
                        strbuf_putc(&out, '<');
                        strbuf_put(&out, reader.text.p, reader.text.len);
                        strbuf_putc(&out, '>');
                }
        }
}

static const struct {
        const char *input, *expected;
} cases[] = {
        {"{}", "{}."},
        {" [ ] ", "[]."},
        {"\"\"", "s<>."},
        {"{\"a\":1}", "{k<a>#<1>}."},
        {"{\"a\" : [true,false , null],\"b\":{}}", "{k<a>[tfn]k<b>{}}."},
        {"[-0,10,1.5,-0.01e+9,1E5]", "[#<-0>#<10>#<1.5>#<-0.01e+9>#<1E5>]."},
        {"[123456789012345678901234567890]", "[#<123456789012345678901234567890>]."},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s<\"\\/\b\f\n\r\t>."},
        {"\"a\\u00e9\\u20AC\\ud83d\\ude00z\"", "s<a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z>."},
        {"\"\xc3\xb1 se\xc3\xb1or de la monta\xc3\xb1"
         "a\"",
                "s<\xc3\xb1 se\xc3\xb1or de la monta\xc3\xb1"
                "a>."},
        {"\"0123456789abcdef\\n0123456789abcdef\"", "s<0123456789abcdef\n0123456789abcdef>."},
        {"\"\x7f\"", "s<\x7f>."},
        {"", "!unexpected end"},
        {"  ", "!unexpected end"},
        {"\xef\xbb\xbf{}", "!unexpected byte"},
        {"{", "{!unexpected end"},
        {"[1", "[#<1>!unexpected end"},
        {"[1}", "[#<1>!unexpected byte"},
        {"[1,]", "[#<1>!unexpected byte"},
        {"[,1]", "[!unexpected byte"},
        {"[1 2]", "[#<1>!unexpected byte"},
        {"{\"a\"}", "{!unexpected byte"},
        {"{\"a\":}", "{k<a>!unexpected byte"},
        {"{\"a\":1,}", "{k<a>#<1>!unexpected byte"},
        {"{a:1}", "{!unexpected byte"},
        {"{1:1}", "{!unexpected byte"},
        {"{\"a\":1 \"b\":2}", "{k<a>#<1>!unexpected byte"},
        {"'a'", "!unexpected byte"},
        {"1 2", "#<1>!trailing bytes"},
        {"{}}", "{}!trailing bytes"},
        {"01", "!bad number"},
        {"-", "!bad number"},
        {"-a", "!bad number"},
        {"+1", "!unexpected byte"},
        {".5", "!unexpected byte"},
        {"1.", "!bad number"},
        {"1.e1", "!bad number"},
        {"1e", "!bad number"},
        {"1e+", "!bad number"},
        {"0x10", "#<0>!trailing bytes"},
        {"NaN", "!unexpected byte"},
        {"Infinity", "!unexpected byte"},
        {"tru", "!unexpected byte"},
        {"truex", "t!trailing bytes"},
        {"nul", "!unexpected byte"},
        {"/*a*/1", "!unexpected byte"},
        {"\"a", "!unexpected end"},
        {"\"a\\", "!unexpected end"},
        {"\"a\\\"", "!unexpected end"},
        {"\"a\\n", "!unexpected end"},
        {"\"\n\"", "!control character"},
        {"\"\x1f\"", "!control character"},
        {"\"\\n\n\"", "!control character"},
        {"\"\\x\"", "!bad escape"},
        {"\"\\u12\"", "!bad escape"},
        {"\"\\u12g4\"", "!bad escape"},
        {"\"\\u", "!bad escape"},
        {"\"\\u0000\"", "!\\u0000"},
        {"\"\\ud800\"", "!lone surrogate"},
        {"\"\\udc00\"", "!lone surrogate"},
        {"\"\\ud800\\n\"", "!lone surrogate"},
        {"\"\\ud800\\u0041\"", "!lone surrogate"},
        {"\"\\ud800\\ud800\"", "!lone surrogate"},
        {"\"\\ud800\\udc0", "!lone surrogate"},
        {"\"\xff\"", "!utf-8"},
        {"\"\xc3\"", "!utf-8"},
        {"\"\xc0\x80\"", "!utf-8"},
        {"\"\xed\xa0\x80\"", "!utf-8"},
        {"\"\xf4\x90\x80\x80\"", "!utf-8"},
        {"\"\xc3\\u00a9\"", "!utf-8"},
        {"\"\\n\xc3\"", "!utf-8"},
        {"{\"\xff\":1}", "{!utf-8"},
};

static void test_tokens(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                Arena *arena = arena_new();
                /* An exact copy, so that the sanitizer sees a read past the end. */
                Str input = {
                        arena_memdup(arena, cases[i].input, strlen(cases[i].input)), strlen(cases[i].input)};
                const char *got = tokens(arena, input);
                if (strcmp(got, cases[i].expected) != 0)
                        print_error("case %zu: %s\n", i, cases[i].input);
                assert_string_equal(got, cases[i].expected);
                arena_free(arena);
        }
}

static void test_nul(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        assert_string_equal(tokens(arena, STR("\"a\0b\"")), "!control character");
        assert_string_equal(tokens(arena, STR("1\0")), "#<1>!trailing bytes");
        assert_string_equal(tokens(arena, STR("\0")), "!unexpected byte");
        arena_free(arena);
}

static void test_depth(void **state)
{
        (void)state;
        for (unsigned depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
                Arena *arena = arena_new();
                StrBuf text = {.arena = arena};
                for (unsigned i = 0; i < depth; i++)
                        strbuf_puts(&text, i % 2 ? "{\"a\":" : "[");
                strbuf_puts(&text, "1");
                for (unsigned i = depth; i-- > 0;)
                        strbuf_puts(&text, i % 2 ? "}" : "]");
                JsonReader reader;
                json_init(&reader, arena, (Str){text.p, text.len});
                bool good = json_skip(&reader, json_next(&reader)) && json_next(&reader) == JSON_END;
                assert_int_equal(good, depth == JSON_DEPTH_MAX);
                if (!good)
                        assert_string_equal(reader.error, "depth");
                arena_free(arena);
        }
}

static void test_skip(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        JsonReader reader;
        json_init(&reader, arena, STR("[{\"a\":[1,{}],\"b\":\"x\"},7,\"s\",[[]],8]"));
        assert_int_equal(json_next(&reader), JSON_ARRAY_BEGIN);
        for (int i = 0; i < 4; i++)
                assert_true(json_skip(&reader, json_next(&reader)));
        assert_int_equal(json_next(&reader), JSON_NUMBER);
        assert_true(str_is(reader.text, "8"));
        assert_int_equal(json_next(&reader), JSON_ARRAY_END);
        assert_int_equal(json_next(&reader), JSON_END);

        json_init(&reader, arena, STR("[1,{\"a\":x}]"));
        assert_false(json_skip(&reader, json_next(&reader)));
        assert_false(json_skip(&reader, JSON_ERROR));
        arena_free(arena);
}

/* A text without escapes is a piece of the input, not a copy. */
static void test_borrowed(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        Str input = STR("\"plain text\"");
        JsonReader reader;
        json_init(&reader, arena, input);
        assert_int_equal(json_next(&reader), JSON_STRING);
        assert_ptr_equal(reader.text.p, input.p + 1);
        arena_free(arena);
}

static void test_put(void **state)
{
        static const struct {
                Str text;
                const char *expected;
        } puts[] = {
                {{NULL, 0}, "\"\""},
                {STR("plain"), "\"plain\""},
                {STR("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
                {STR("\b\f\n\r\t\x01\x1f\x7f"), "\"\\u0008\\u000c\\n\\r\\t\\u0001\\u001f\x7f\""},
                {STR("longer than eight\nbytes on both sides"),
                        "\"longer than eight\\nbytes on both sides\""},
                {STR("\xc3\xb1\xf0\x9f\x98\x80\n"), "\"\xc3\xb1\xf0\x9f\x98\x80\\n\""},
                {STR("\n"), "\"\\n\""},
        };
        (void)state;
        for (size_t i = 0; i < sizeof puts / sizeof *puts; i++) {
                Arena *arena = arena_new();
                StrBuf buf = {.arena = arena};
                json_put_string(&buf, puts[i].text);
                assert_string_equal(buf.p, puts[i].expected);
                assert_int_equal(buf.len, strlen(puts[i].expected));
                JsonReader reader;
                json_init(&reader, arena, (Str){buf.p, buf.len});
                assert_int_equal(json_next(&reader), JSON_STRING);
                assert_true(str_eq(reader.text, puts[i].text));
                arena_free(arena);
        }
}

static void test_put_text(void **state)
{
        (void)state;
        StrBuf buf = {};

        json_put_text(&buf, "name", "a\"b");
        json_put_text(&buf, "none", NULL);
        assert_string_equal(buf.p, "\"name\":\"a\\\"b\"\"none\":\"\"");
        strbuf_done(&buf);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_tokens),
                cmocka_unit_test(test_nul),
                cmocka_unit_test(test_depth),
                cmocka_unit_test(test_skip),
                cmocka_unit_test(test_borrowed),
                cmocka_unit_test(test_put),
                cmocka_unit_test(test_put_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
