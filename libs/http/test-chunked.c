#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/chunked.h"

/* Decodes in steps; NULL when refused. *ret_rest is what stands behind the body, or -1 when it is not over.
 */
static const char *decode(Arena *arena, Str input, size_t step, int *ret_rest)
{
        Chunked chunked = {};
        StrBuf out = {.arena = arena};
        strbuf_puts(&out, "");
        for (size_t at = 0; at < input.len;) {
                size_t len = input.len - at < step ? input.len - at : step;
                Str piece = {arena_memdup(arena, input.p + at, len), len}, data = {};
                ChunkedResult result;
                while ((result = chunked_next(&chunked, &piece, &data)) == CHUNKED_DATA)
                        strbuf_put(&out, data.p, data.len);
                at += len - piece.len;
                if (result == CHUNKED_BAD)
                        return NULL;
                if (result == CHUNKED_END) {
                        *ret_rest = (int)(input.len - at);
                        return out.p;
                }
        }
        *ret_rest = -1;
        return out.p;
}

static const struct {
        Str input;
        const char *payload; /* NULL = refused */
        int rest;
} cases[] = {
        {STR("0\r\n\r\n"), "", 0},
        {STR("5\r\nhello\r\n0\r\n\r\nGET"), "hello", 3},
        {STR("A\r\n0123456789\r\n1\r\nx\r\n000\r\n\r\n"), "0123456789x", 0},
        {STR("a;name=value;x=\"q\"\r\n0123456789\r\n0;last\r\n\r\n"), "0123456789", 0},
        {STR("1\r\n\n\r\n0\r\n\r\n"), "\n", 0},
        {STR("0\r\nX-Sum: abc\r\nY:\r\n\r\nZ"), "", 1},
        {STR("000000000000003\r\nabc\r\n0\r\n\r\n"), "abc", 0},
        {STR(""), "", -1},
        {STR("5\r\nhel"), "hel", -1},
        {STR("3\r\nabc\r\n0\r\n"), "abc", -1},
        {STR("fffffffffffffff\r\nabc"), "abc", -1},
        {STR("\r\n"), NULL},
        {STR(";x\r\n\r\n"), NULL},
        {STR("-1\r\n"), NULL},
        {STR("+1\r\nx\r\n"), NULL},
        {STR("0x1\r\nx\r\n"), NULL},
        {STR("g\r\n"), NULL},
        {STR(" 1\r\nx\r\n"), NULL},
        {STR("1 \r\nx\r\n"), NULL},
        {STR("1\nx\r\n"), NULL},
        {STR("1\rx\r\n"), NULL},
        {STR("1;a\nx\r\n"), NULL},
        {STR("1;a\rb\r\nx\r\n"), NULL},
        {STR("1;\0\r\nx\r\n"), NULL},
        {STR("1\r\nxy\r\n"), NULL},
        {STR("1\r\nx\n"), NULL},
        {STR("1\r\nx0\r\n\r\n"), NULL},
        {STR("2\r\nx\r\n0\r\n\r\n"), NULL},
        {STR("0000000000000001\r\nx\r\n"), NULL},
        {STR("ffffffffffffffff1\r\nx\r\n"), NULL},
        {STR("0\r\n folded\r\n\r\n"), NULL},
        {STR("0\r\nno colon\r\n\r\n"), NULL},
        {STR("0\r\na : b\r\n\r\n"), NULL},
        {STR("0\r\na: b\n\r\n"), NULL},
        {STR("0\r\n\n"), NULL},
        {STR("0\r\n\rX"), NULL},
        {STR("0\r\na: b\0\r\n\r\n"), NULL},
};

static void test_cases(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                for (size_t step = 1; step < 100; step *= 3) {
                        Arena *arena = arena_new();
                        int rest = -1;
                        const char *got = decode(arena, cases[i].input, step, &rest);
                        if (!cases[i].payload != !got || (got && strcmp(got, cases[i].payload) != 0))
                                fail_msg("%s: %s, not %s", cases[i].input.p, got, cases[i].payload);
                        if (got)
                                assert_int_equal(rest, cases[i].rest);
                        arena_free(arena);
                }
}

static bool takes(size_t extensions, size_t trailers)
{
        Arena *arena = arena_new();
        StrBuf text = {.arena = arena};
        for (size_t i = 0; i < extensions; i++)
                strbuf_puts(&text, "1;abc\r\nx\r\n");
        strbuf_puts(&text, "0\r\n");
        for (size_t i = 0; i < trailers; i++)
                strbuf_puts(&text, "a: bc\r\n");
        strbuf_puts(&text, "\r\n");
        int rest = -1;
        bool good = decode(arena, (Str){text.p, text.len}, 1000, &rest) != NULL;
        arena_free(arena);
        return good;
}

static void test_bounds(void **state)
{
        (void)state;
        assert_true(takes(CHUNKED_EXTENSIONS_MAX / 3, 0));
        assert_false(takes(CHUNKED_EXTENSIONS_MAX / 3 + 1, 0));
        assert_true(takes(0, CHUNKED_TRAILERS_MAX / 7 - 1));
        assert_false(takes(0, CHUNKED_TRAILERS_MAX / 6 + 2));
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_bounds)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
