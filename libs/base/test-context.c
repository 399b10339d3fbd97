#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/context.h"

static void test_new_trace(void **state)
{
        (void)state;
        CallContext a = {.lang = LANG_ES}, b = a;
        char text[56];

        context_traceparent(&a, text);
        assert_string_equal(text, "");
        context_new_trace(&a);
        context_new_trace(&b);
        assert_string_not_equal(a.trace, b.trace);
        context_traceparent(&a, text);
        assert_int_equal(strlen(text), 55);
        assert_int_equal(context_parse_traceparent(&b, str_of(text)), 0);
        assert_string_equal(a.trace, b.trace);
        assert_string_equal(a.span, b.span);
}

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN  "00f067aa0ba902b7"

static void test_parse(void **state)
{
        (void)state;
        static const struct {
                const char *header;
                int r;
        } cases[] = {
                {"00-" TRACE "-" SPAN "-01", 0},
                {"00-" TRACE "-" SPAN "-00", 0},
                {"cc-" TRACE "-" SPAN "-01", 0},
                {"cc-" TRACE "-" SPAN "-01-what-the-future-brings", 0},
                {"cc-" TRACE "-" SPAN "-01.what", -EINVAL},
                {"00-" TRACE "-" SPAN "-01-more", -EINVAL},
                {"ff-" TRACE "-" SPAN "-01", -EINVAL},
                {"00-00000000000000000000000000000000-" SPAN "-01", -EINVAL},
                {"00-" TRACE "-0000000000000000-01", -EINVAL},
                {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01", -EINVAL},
                {"00-" TRACE "-" SPAN "-0", -EINVAL},
                {"00_" TRACE "-" SPAN "-01", -EINVAL},
                {"00-" TRACE "-" SPAN "-0x", -EINVAL},
                {"", -EINVAL},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                CallContext context = {.trace = "before", .span = "before"};
                int r = context_parse_traceparent(&context, str_of(cases[i].header));
                if (r != cases[i].r)
                        fail_msg("\"%s\": %d", cases[i].header, r);
                assert_string_equal(context.trace, r ? "before" : TRACE);
                assert_string_equal(context.span, r ? "before" : SPAN);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_new_trace),
                cmocka_unit_test(test_parse),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
