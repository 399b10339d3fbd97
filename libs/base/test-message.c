#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/message.h"

/* The places of a text as a set of bits; -1 when a brace is not {0} to {2}. */
static int places(const char *text)
{
        int set = 0;

        for (const char *p = strpbrk(text, "{}"); p; p = strpbrk(p + 3, "{}")) {
                if (p[0] != '{' || p[1] < '0' || p[1] > '2' || p[2] != '}')
                        return -1;
                set |= 1 << (p[1] - '0');
        }
        return set;
}

static void test_catalogue_is_whole(void **state)
{
        (void)state;
        static const struct {
                int status;
                const char *key, *es, *en;
        } source[] = {
#define MESSAGE(code, status, key, es, en) {status, key, es, en},
#include "base/messages.def"
#undef MESSAGE
        };
        for (unsigned i = 0; i < MSG_MAX; i++) {
                assert_string_equal(msg_key(i), source[i].key);
                assert_int_equal(msg_status(i), source[i].status);
                if (msg_code(source[i].key) != i)
                        fail_msg("the key \"%s\" stands twice", source[i].key);
                if (places(source[i].es) < 0 || places(source[i].es) != places(source[i].en))
                        fail_msg("the places of \"%s\" differ in its two texts", source[i].key);
                if (!utf8_valid(str_of(source[i].es)) || !utf8_valid(str_of(source[i].en)))
                        fail_msg("\"%s\" is not UTF-8", source[i].key);
                if (i && source[i].status < source[i - 1].status)
                        fail_msg("\"%s\" is out of order", source[i].key);
        }
        assert_int_equal(msg_code("no such key"), MSG_MAX);
}

static void test_text(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        assert_string_equal(msg_text(arena, LANG_EN, MSG_TOO_LONG, (const char *[]){"80"}, 1),
                "It is too long (at most 80).");
        assert_string_equal(msg_text(arena, LANG_ES, MSG_NOT_AN_OPTION, (const char *[]){"{0}"}, 1),
                "«{0}» no está en la lista.");
        assert_string_equal(msg_text(arena, LANG_EN, MSG_TOO_LONG, NULL, 0), "It is too long (at most ).");
        assert_string_equal(msg_text(arena, LANG_ES, MSG_FORBIDDEN, NULL, 0), "No tiene permiso para esto.");
        arena_free(arena);
}

static void test_negotiate(void **state)
{
        (void)state;
        static const struct {
                const char *header;
                Lang lang;
        } cases[] = {
                {"", LANG_ES},
                {"es", LANG_ES},
                {"en", LANG_EN},
                {"EN-us", LANG_EN},
                {"es-CO,en;q=0.8", LANG_ES},
                {"en;q=0.8, es-CO", LANG_ES},
                {"de, en;q=0.3, fr;q=0.9", LANG_EN},
                {"de,fr", LANG_ES},
                {"*", LANG_ES},
                {"en;q=0", LANG_ES},
                {"en;q=0.5,es;q=0.4", LANG_EN},
                {"en;level=1;q=0.2,es;q=0.4", LANG_ES},
                {"english", LANG_ES},
                {"en;q=x", LANG_EN},
                {",,;;,en", LANG_EN},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
                if (lang_negotiate(str_of(cases[i].header)) != cases[i].lang)
                        fail_msg("\"%s\"", cases[i].header);
        assert_string_equal(lang_tag(LANG_ES), "es");
        assert_string_equal(lang_tag(LANG_EN), "en");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_catalogue_is_whole),
                cmocka_unit_test(test_text),
                cmocka_unit_test(test_negotiate),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
