/* Which address counts as the client's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proxies.h"

static void test_parse(void **state)
{
        static const struct {
                const char *text, *bad;
        } cases[] = {
                {"", NULL},
                {" , ", NULL},
                {"10.0.0.0/8", NULL},
                {"10.0.0.1,192.0.2.0/24 , fd00::/8", NULL},
                {"::1", NULL},
                {"10.0.0.0/33", "10.0.0.0/33"},
                {"10.0.0/8", "10.0.0/8"},
                {"::1, nginx", "nginx"},
                {"fd00::/129", "fd00::/129"},
                {"10.0.0.0/", "10.0.0.0/"},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                Proxies proxies;
                Str bad = {};
                bool good = proxies_parse(str_of(cases[i].text), &proxies, &bad);
                if (good != !cases[i].bad || (cases[i].bad && !str_is(bad, cases[i].bad)))
                        fail_msg("\"%s\": bad is %.*s", cases[i].text, (int)bad.len, bad.p ? bad.p : "");
        }
}

static void test_client(void **state)
{
        static const struct {
                const char *proxies, *peer, *forwarded, *client;
        } cases[] = {
                {"", "198.51.100.1", "203.0.113.9", "198.51.100.1"},
                {"10.0.0.0/8", "198.51.100.1", "203.0.113.9", "198.51.100.1"},
                {"10.0.0.0/8", "10.1.2.3", "203.0.113.9", "203.0.113.9"},
                {"10.0.0.0/8", "10.1.2.3", "", "10.1.2.3"},
                /* What the client claims itself stands further left. */
                {"10.0.0.0/8", "10.1.2.3", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
                {"10.0.0.0/8", "10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"},
                {"10.0.0.0/8", "10.1.2.3", "10.5.5.5,10.9.9.9", "10.5.5.5"},
                {"10.0.0.0/8", "10.1.2.3", "unknown", "10.1.2.3"},
                {"10.0.0.0/8", "10.1.2.3", "203.0.113.9, ", "10.1.2.3"},
                {"10.0.0.0/8", "10.1.2.3", "203.0.113.9:1234", "10.1.2.3"},
                {"10.1.2.0/23", "10.1.3.3", "2001:DB8::7", "2001:db8::7"},
                {"10.1.2.0/23", "10.1.4.3", "2001:db8::7", "10.1.4.3"},
                {"fd00::/8", "fd12::1", "203.0.113.9", "203.0.113.9"},
                {"::1", "::1", "::ffff:203.0.113.9", "203.0.113.9"},
                {"0.0.0.0/0", "198.51.100.1", "203.0.113.9", "203.0.113.9"},
                {"0.0.0.0/0", "2001:db8::7", "203.0.113.9", "2001:db8::7"},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char address[ADDRESS_MAX];
                Proxies proxies;
                Str bad;
                assert_true(proxies_parse(str_of(cases[i].proxies), &proxies, &bad));
                (void)snprintf(address, sizeof address, "%s", cases[i].peer);
                proxies_client(&proxies, str_of(cases[i].forwarded), address);
                if (strcmp(address, cases[i].client) != 0)
                        fail_msg("%s from %s saying \"%s\": expected %s, got %s", cases[i].proxies,
                                cases[i].peer, cases[i].forwarded, cases[i].client, address);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_client)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
