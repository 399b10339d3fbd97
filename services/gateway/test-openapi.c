/* The documents as texts: JSON that reads back whatever custom fields are called, HTML that says and does not
 * do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "openapi.h"

static const PicklistItem items[] = {{"a", {"A \"x\"", "A\\"}, NULL}, {"b", {"<b>", "&"}, NULL}};
static const Picklist picklist = {"odd", 2, items};
static const Field custom[] = {
        {.name = "odd",
                .kind = KIND_PICKLIST,
                .flags = FIELD_CUSTOM | FIELD_REQUIRED,
                .label = {"<script>alert(\"1\")</script>", "line\nline"},
                .picklist = &picklist},
        {.name = "amount", .kind = KIND_MONEY, .flags = FIELD_CUSTOM, .label = {"\\\"", "\t"}},
};

/* Every module has the two. */
static Api api_odd(Arena *arena, Lang lang)
{
        Api api;

        api_built_in(arena, lang, &api);
        ApiModule *modules = arena_array(arena, api.n, sizeof *modules);
        for (unsigned i = 0; i < api.n; i++)
                modules[i] = (ApiModule){api.modules[i].module, 2, custom};
        api.modules = modules;
        return api;
}

static void assert_json(Arena *arena, const StrBuf *text)
{
        JsonReader reader;
        JsonToken token;

        json_init(&reader, arena, (Str){text->p, text->len});
        while ((token = json_next(&reader)) != JSON_END)
                if (token == JSON_ERROR)
                        fail_msg("%s at %zu: %.60s", reader.error, reader.at,
                                text->p + (reader.at > 30 ? reader.at - 30 : 0));
}

static void test_json(void **state)
{
        static void (*const writers[])(const Api *api, StrBuf *out) = {openapi_write, asyncapi_write};

        (void)state;
        for (Lang lang = 0; lang < LANG_MAX; lang++)
                for (size_t i = 0; i < 2; i++) {
                        Arena *arena = arena_new();
                        StrBuf out = {.arena = arena};
                        Api api = api_odd(arena, lang);
                        writers[i](&api, &out);
                        assert_json(arena, &out);
                        assert_non_null(strstr(out.p, "\"odd\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"]"));
                        (void)arena_free(arena);
                }
}

static void test_page(void **state)
{
        Arena *arena = arena_new();
        StrBuf out = {.arena = arena};
        Api api = api_odd(arena, LANG_ES);
        const char *policy;

        (void)state;
        api_page_write(&api, true, &out, &policy);
        assert_null(strstr(out.p, "<script"));
        assert_non_null(strstr(out.p, "&lt;script&gt;alert(&quot;1&quot;)"));
        assert_non_null(strstr(policy, "default-src 'none'; style-src 'sha256-"));
        (void)arena_free(arena);
}

/* What nobody can do has no operation. */
static void test_exists(void **state)
{
        static const Module by_system = {.flags = MODULE_BY_SYSTEM}, kept = {.flags = MODULE_KEPT},
                            plain = {};
        static const struct {
                const char *name;
                bool plain, by_system, kept;
        } cases[] = {{"list", true, true, true}, {"create", true, false, true}, {"update", true, false, true},
                {"import", true, false, true}, {"duplicate", true, false, true},
                {"delete", true, true, false}, {"restore", true, false, false},
                {"history", true, true, true}};

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                for (const Route *route = routes; route->method; route++) {
                        if (!streq(route->name, cases[i].name))
                                continue;
                        assert_int_equal(route_exists(route, &plain), cases[i].plain);
                        assert_int_equal(route_exists(route, &by_system), cases[i].by_system);
                        assert_int_equal(route_exists(route, &kept), cases[i].kept);
                }
}

static void test_allow(void **state)
{
        static const struct {
                const char *path, *methods;
        } cases[] = {{"session", "GET, POST, DELETE"}, {"leads", "GET, POST"}, {"leads/count", "GET"},
                {"leads/01a1ffc7-c72a-7319-aa03-942d25fa0e11", "GET, PATCH, DELETE"}, {"leads/zz", NULL},
                {"leads/01a1ffc7-c72a-7319-aa03-942d25fa0e11/history", "GET"}, {"me", "GET, POST"},
                {"nope", NULL}, {"", NULL}, {"sessions/end", "POST"}, {"a/b/c/d/e/f/g", NULL}};

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Arena *arena = arena_new();
                StrBuf out = {.arena = arena};
                Str segments[PATH_SEGMENTS];
                route_allow(segments, path_split(str_of(cases[i].path), segments), &out);
                if (cases[i].methods)
                        assert_string_equal(out.p, cases[i].methods);
                else
                        assert_int_equal(out.len, 0);
                (void)arena_free(arena);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_json), cmocka_unit_test(test_page),
                cmocka_unit_test(test_exists), cmocka_unit_test(test_allow)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
