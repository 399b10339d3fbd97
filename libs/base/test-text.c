#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

typedef struct Case {
        const char *text, *result; /* NULL = refused */
} Case;

static void check(const Case *cases, size_t n, int (*normalise)(Arena *arena, Str in, char **ret))
{
        Arena *arena = arena_new();

        for (size_t i = 0; i < n; i++) {
                char *result = NULL, *again = NULL;
                int r = normalise(arena, str_of(cases[i].text), &result);
                if (r != (cases[i].result ? 0 : -EINVAL) || (r == 0 && !streq(result, cases[i].result)))
                        fail_msg("\"%s\": %d, %s", cases[i].text, r, result);
                if (r != 0)
                        continue;
                assert_int_equal(normalise(arena, str_of(result), &again), 0);
                assert_string_equal(again, result);
        }
        arena_free(arena);
}

static void test_email(void **state)
{
        (void)state;
        static const Case cases[] = {
                {"ana@acme.co", "ana@acme.co"},
                {"  Ana.Ruiz+crm@ACME.com.co\n", "ana.ruiz+crm@acme.com.co"},
                {"o'brien_1%x@sub-domain.example.org", "o'brien_1%x@sub-domain.example.org"},
                {"JOSÉ@Peña.co", "josé@peña.co"},
                {"a@1a.co", "a@1a.co"},
                {"ana", NULL},
                {"ana@", NULL},
                {"@acme.co", NULL},
                {"ana@acme", NULL},
                {"ana@@acme.co", NULL},
                {"ana@acme@co.co", NULL},
                {"ana@acme..co", NULL},
                {"ana@.acme.co", NULL},
                {"ana@acme.co.", NULL},
                {"ana@-acme.co", NULL},
                {"ana@acme-.co", NULL},
                {"ana@acme.co-", NULL},
                {"ana@acme.c", NULL},
                {"ana@127.0.0.1", NULL},
                {"ana@[127.0.0.1]", NULL},
                {".ana@acme.co", NULL},
                {"ana.@acme.co", NULL},
                {"a..na@acme.co", NULL},
                {"an a@acme.co", NULL},
                {"\"ana\"@acme.co", NULL},
                {"Ana <ana@acme.co>", NULL},
                {"ana@acme.co,eva@acme.co", NULL},
                {"ana@ac_me.co", NULL},
                {"ana\r\nBcc: x@acme.co", NULL},
                {"ana@acme.co\xC3", NULL},
                {"", NULL},
                {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@acme.co", NULL},
                {"a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.co", NULL},
        };
        check(cases, sizeof cases / sizeof cases[0], email_normalise);
}

static void test_url(void **state)
{
        (void)state;
        static const Case cases[] = {
                {"acme.co", "https://acme.co"},
                {" www.Acme.CO/Path?Q=A#B ", "https://www.acme.co/Path?Q=A#B"},
                {"HTTP://Acme.co", "http://acme.co"},
                {"https://acme.co:8443/x", "https://acme.co:8443/x"},
                {"acme.co:8080", "https://acme.co:8080"},
                {"acme.co?x=a@b", "https://acme.co?x=a@b"},
                {"peña.co/ñ", "https://peña.co/ñ"},
                {"http://192.168.1.1/", "http://192.168.1.1/"},
                {"http://[2001:DB8::1]:80/", "http://[2001:db8::1]:80/"},
                {"[::1]", "https://[::1]"},
                {"", NULL},
                {"acme", NULL},
                {"localhost", NULL},
                {"https://", NULL},
                {"https:///x", NULL},
                {"//acme.co", NULL},
                {"http:/acme.co", NULL},
                {"ftp://acme.co", NULL},
                {"javascript:alert(1)", NULL},
                {"javascript://acme.co/%0Aalert(1)", NULL},
                {"data:text/html,x", NULL},
                {"mailto:ana@acme.co", NULL},
                {"https://ana@acme.co", NULL},
                {"https://ana:x@acme.co", NULL},
                {"https://acme.co:0", NULL},
                {"https://acme.co:65536", NULL},
                {"https://acme.co:", NULL},
                {"https://acme.co:8o", NULL},
                {"https://1.2.3.400", NULL},
                {"https://[::g]", NULL},
                {"https://[::1", NULL},
                {"https://acme co", NULL},
                {"https://acme.co/\"onclick=", NULL},
                {"https://acme.co/<script>", NULL},
                {"https://acme.co\\x", NULL},
                {"https://acme.co/\x01", NULL},
                {"https://acme.co/\xFF", NULL},
                {"https://acme..co", NULL},
                {"?", NULL},
                {":", NULL},
        };
        check(cases, sizeof cases / sizeof cases[0], url_normalise);
        char *result = NULL;
        Arena *arena = arena_new();
        Str big = str_of(arena_printf(arena, "acme.co/%0*d", URL_MAX, 0));
        assert_int_equal(url_normalise(arena, (Str){big.p, URL_MAX}, &result), 0);
        assert_int_equal(url_normalise(arena, (Str){big.p, URL_MAX + 1}, &result), -EINVAL);
        assert_int_equal(url_normalise(arena, (Str){"acme.co/\0x", 10}, &result), -EINVAL);
        assert_int_equal(email_normalise(arena, (Str){"a\0b@acme.co", 11}, &result), -EINVAL);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_email),
                cmocka_unit_test(test_url),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
