#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/http.h"
#include "http/uri.h"

static const struct {
        Str raw;
        const char *path; /* NULL = refused */
} paths[] = {
        {STR("/"), "/"},
        {STR("/a/b"), "/a/b"},
        {STR("/a/b/"), "/a/b/"},
        {STR("//a//b"), "//a//b"},
        {STR("/."), "/"},
        {STR("/./a"), "/a"},
        {STR("/.."), "/"},
        {STR("/../"), "/"},
        {STR("/../../etc/passwd"), "/etc/passwd"},
        {STR("/a/../b"), "/b"},
        {STR("/a/b/.."), "/a/"},
        {STR("/a/b/."), "/a/b/"},
        {STR("/a/b/../.."), "/"},
        {STR("/a/b/c/./../../g"), "/a/g"},
        {STR("/a/.../b"), "/a/.../b"},
        {STR("/a/..b/.c"), "/a/..b/.c"},
        {STR("/a//../b"), "/a/b"},
        {STR("/%2e%2E/%2e/a"), "/a"},
        {STR("/a/.%2e/b"), "/b"},
        {STR("/%41%c3%b1"), "/A\xc3\xb1"},
        {STR("/a%20b+c"), "/a b+c"},
        {STR("/%25%32%65"), "/%2e"},
        {STR(""), NULL},
        {STR("a"), NULL},
        {STR("*"), NULL},
        {STR("/%"), NULL},
        {STR("/%4"), NULL},
        {STR("/%4g"), NULL},
        {STR("/%%41"), NULL},
        {STR("/%00"), NULL},
        {STR("/a%00b"), NULL},
        {STR("/%0a"), NULL},
        {STR("/%7f"), NULL},
        {STR("/a%2fb"), NULL},
        {STR("/..%2F..%2Fetc"), NULL},
        {STR("/%ff"), NULL},
        {STR("/%c3"), NULL},
        {STR("/%c0%ae%c0%ae/"), NULL},
        {STR("/%ed%a0%80"), NULL},
        {STR("/%c3/%b1"), NULL},
};

static void test_paths(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                Arena *arena = arena_new();
                Str path = {};
                int r = uri_path(arena,
                        (Str){arena_memdup(arena, paths[i].raw.p, paths[i].raw.len), paths[i].raw.len},
                        &path);
                if (r != (paths[i].path ? 0 : -EINVAL) || (r == 0 && !str_is(path, paths[i].path)))
                        fail_msg("%s: %d, %s", paths[i].raw.p, r, path.p);
                arena_free(arena);
        }
}

/* The parameters as "name=value;", or the error's name. */
static const char *params_of(Arena *arena, const char *query, unsigned max)
{
        HttpParam *params = NULL;
        unsigned n = 0;
        int r = http_params(arena, str_of(query), max, &params, &n);
        if (r < 0)
                return r == -EINVAL ? "EINVAL" : r == -E2BIG ? "E2BIG" : "?";
        StrBuf out = {.arena = arena};
        strbuf_puts(&out, "");
        for (unsigned i = 0; i < n; i++)
                strbuf_printf(&out, "%.*s=%.*s;", (int)params[i].name.len, params[i].name.p,
                        (int)params[i].value.len, params[i].value.p);
        return out.p;
}

static const struct {
        const char *query, *expected;
} queries[] = {
        {"", ""},
        {"a=1", "a=1;"},
        {"a=1&b=2&a=3", "a=1;b=2;a=3;"},
        {"a", "a=;"},
        {"a=", "a=;"},
        {"=a", "=a;"},
        {"a=b=c", "a=b=c;"},
        {"&&a=1&", "a=1;"},
        {"a+b=c+d%2B", "a b=c d+;"},
        {"city%5Beq%5D=05001", "city[eq]=05001;"},
        {"q=%C3%B1and%C3%BA", "q=\xc3\xb1"
                              "and\xc3\xba;"},
        {"a=%26%3D%0A", "a=&=\n;"},
        {"a=%", "EINVAL"},
        {"a=%1", "EINVAL"},
        {"a=%zz", "EINVAL"},
        {"%=1", "EINVAL"},
        {"a=%00", "EINVAL"},
        {"a=%ff", "EINVAL"},
        {"a=%C3", "EINVAL"},
        {"a=1&b=2&c=3&d=4", "a=1;b=2;c=3;d=4;"},
        {"a=1&b=2&c=3&d=4&e=5", "E2BIG"},
        {"a=1&b=2&c=3&d=4&&", "a=1;b=2;c=3;d=4;"},
};

static void test_params(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
                Arena *arena = arena_new();
                assert_string_equal(params_of(arena, queries[i].query, 4), queries[i].expected);
                arena_free(arena);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths), cmocka_unit_test(test_params)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
