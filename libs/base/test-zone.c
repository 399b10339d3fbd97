#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/zone-private.h"

#define SECOND INT64_C(1000000)

static int64_t instant(const char *text)
{
        int64_t at = 0;

        assert_int_equal(instant_parse(str_of(text), &at), 0);
        return at;
}

static int32_t date(const char *text)
{
        int32_t day = 0;

        assert_int_equal(date_parse(str_of(text), &day), 0);
        return day;
}

static const char *const zones[] = {"America/Bogota", "UTC", "America/New_York", "America/Santiago",
        "America/Sao_Paulo", "Europe/Madrid", "Europe/Dublin", "Asia/Kolkata", "Australia/Lord_Howe",
        "Pacific/Apia", "America/Havana", "Africa/Casablanca", "America/Nuuk", "Asia/Gaza", "Etc/GMT+5",
        "America/Argentina/Buenos_Aires", "America/Mexico_City", "America/Caracas", "Antarctica/Troll"};

/* Every eleven hours from 1900 to 2100, against the C library's own reading of the same files. */
static void test_offsets_against_libc(void **state)
{
        (void)state;
        for (unsigned i = 0; i < sizeof zones / sizeof zones[0]; i++) {
                const Zone *zone = NULL, *again = NULL;
                assert_int_equal(zone_open(zones[i], &zone), 0);
                assert_int_equal(zone_open(zones[i], &again), 0);
                assert_ptr_equal(zone, again);
                (void)setenv("TZ", zones[i], 1);
                tzset();
                for (int64_t at = INT64_C(-2208988800); at < INT64_C(4102444800); at += 39600 + 17) {
                        time_t t = at;
                        struct tm tm;
                        assert_non_null(localtime_r(&t, &tm));
                        if (zone_offset(zone, at * SECOND) != tm.tm_gmtoff)
                                fail_msg("%s at %ld: %d, not %ld", zones[i], (long)at,
                                        zone_offset(zone, at * SECOND), tm.tm_gmtoff);
                }
        }
        (void)unsetenv("TZ");
        tzset();
}

static void test_names(void **state)
{
        (void)state;
        static const char *const bad[] = {"", "/etc/passwd", "../../../etc/passwd", "America/../UTC",
                "America/", "America//Bogota", "/UTC", "./UTC", "America", "No/Such", "America/Bogot\xC3\xA1",
                "UTC\n", "tzdata.zi", "right/UTC2", "leapseconds", "+VERSION",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
        const Zone *zone = NULL;

        for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
                if (zone_open(bad[i], &zone) != -ENOENT || zone)
                        fail_msg("\"%s\"", bad[i]);
        assert_int_equal(zone_open(NULL, &zone), -ENOENT);
}

static void test_days(void **state)
{
        (void)state;
        const Zone *bogota = NULL;

        assert_int_equal(zone_open("America/Bogota", &bogota), 0);
        assert_int_equal(zone_date(bogota, instant("2026-11-21T04:59:59.999999Z")), date("2026-11-20"));
        assert_int_equal(zone_date(bogota, instant("2026-11-21T05:00:00Z")), date("2026-11-21"));
        assert_int_equal(zone_date(bogota, instant("1969-12-31T00:00:00Z")), date("1969-12-30"));
        assert_int_equal(zone_offset(bogota, -1), -5 * 3600);
}

static void test_midnight(void **state)
{
        (void)state;
        static const struct {
                const char *zone, *date, *at, *why;
        } cases[] = {
                {"America/Bogota", "2026-11-21", "2026-11-21T05:00:00Z", "plain"},
                {"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "the change comes at 2"},
                {"America/New_York", "2026-03-09", "2026-03-09T04:00:00Z", "summer"},
                {"America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", "the change comes at 2"},
                {"America/New_York", "2026-11-02", "2026-11-02T05:00:00Z", "winter"},
                {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "0:00 becomes 1:00"},
                {"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", "0:00 becomes 1:00"},
                {"America/Santiago", "2026-04-05", "2026-04-05T04:00:00Z", "24:00 becomes 23:00 of the 4th"},
                {"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z",
                        "1:00 becomes 0:00: the first of two"},
                {"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", "0:00 becomes 1:00"},
                {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "the day before the one left out"},
                {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "left out: the start of the 31st"},
                {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "after it"},
                {"Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", "fourteen hours ahead"},
                {"Etc/GMT+12", "2026-01-01", "2026-01-01T12:00:00Z", "twelve behind"},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                const Zone *zone = NULL;
                char text[28];
                assert_int_equal(zone_open(cases[i].zone, &zone), 0);
                instant_format(zone_midnight(zone, date(cases[i].date)), text);
                if (strcmp(text, cases[i].at) != 0)
                        fail_msg("%s %s (%s): %s", cases[i].zone, cases[i].date, cases[i].why, text);
        }
}

/* Every midnight of 60 years begins its day, but for the day that Apia left out. */
static void test_midnight_begins_the_day(void **state)
{
        (void)state;
        for (unsigned i = 0; i < sizeof zones / sizeof zones[0]; i++) {
                const Zone *zone = NULL;
                assert_int_equal(zone_open(zones[i], &zone), 0);
                for (int32_t day = date("1990-01-01"); day < date("2050-01-01"); day++) {
                        int64_t at = zone_midnight(zone, day);
                        bool apia = streq(zones[i], "Pacific/Apia");
                        bool left_out = apia && day == date("2011-12-30");
                        bool after = apia && day == date("2011-12-31");
                        if (zone_date(zone, at) != day + left_out ||
                                zone_date(zone, at - 1) != day - 1 - after)
                                fail_msg("%s, day %d", zones[i], day);
                }
        }
}

static void test_rules(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                bool valid;
        } cases[] = {
                {"", true},
                {"<-05>5", true},
                {"UTC0", true},
                {"EST5EDT,M3.2.0,M11.1.0", true},
                {"<-04>4<-03>,M9.1.6/24,M4.1.6/24", true},
                {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true},
                {"IST-1GMT0,M10.5.0,M3.5.0/1", true},
                {"XXX3:30:15YYY,J60/1:02:03,365", true},
                {"EST5EDT", false}, /* summer time without its dates */
                {"EST", false},
                {"ES5", false},
                {"<EST5", false},
                {"EST25", false},
                {"EST5EDT,M13.1.0,M11.1.0", false},
                {"EST5EDT,M3.6.0,M11.1.0", false},
                {"EST5EDT,M3.1.7,M11.1.0", false},
                {"EST5EDT,J0,J365", false},
                {"EST5EDT,J1,366", false},
                {"EST5EDT,M3.2.0/168,M11.1.0", false},
                {"EST5EDT,M3.2.0,M11.1.0x", false},
                {"EST5EDT,M3.2.0", false},
                {"EST99999999999999999999", false},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                ZoneRule rule;
                if (zone_rule_parse(cases[i].text, &rule) != cases[i].valid)
                        fail_msg("\"%s\"", cases[i].text);
        }
        /* J60 is 1 March in every year, day 59 only in common ones. */
        ZoneRule rule;
        assert_true(zone_rule_parse("AAA0BBB,J60/0,J365/0", &rule));
        assert_int_equal(zone_rule_offset(&rule, instant("2024-02-29T23:59:59Z") / SECOND), 0);
        assert_int_equal(zone_rule_offset(&rule, instant("2024-03-01T00:00:00Z") / SECOND), 3600);
        assert_true(zone_rule_parse("AAA0BBB,59/0,365/0", &rule));
        assert_int_equal(zone_rule_offset(&rule, instant("2024-02-29T00:00:00Z") / SECOND), 3600);
        assert_int_equal(zone_rule_offset(&rule, instant("2023-02-28T23:59:59Z") / SECOND), 0);
        assert_int_equal(zone_rule_offset(&rule, INT64_MAX / SECOND), 0);
}

/* A real file, cut at every length and with every byte changed: refused or read, never read past its end. */
static void test_damaged_files(void **state)
{
        (void)state;
        uint8_t data[8192];
        int fd = open("/usr/share/zoneinfo/America/Santiago", O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof data);
        Zone *zone = NULL;

        assert_in_range(n, 100, sizeof data - 1);
        (void)close(fd);
        assert_int_equal(zone_parse(data, (size_t)n, &zone), 0);
        zone = zone_free(zone);
        for (size_t len = 0; len < (size_t)n; len++) {
                uint8_t *cut = malloc(len + 1); /* of its own, so that the sanitizer sees its end */
                assert_non_null(cut);
                memcpy(cut, data, len);
                assert_int_equal(zone_parse(cut, len, &zone), -EINVAL);
                free(cut);
        }
        for (size_t i = 0; i < (size_t)n; i++) {
                data[i] ^= 0xFF;
                if (zone_parse(data, (size_t)n, &zone) == 0) {
                        (void)zone_offset(zone, INT64_MAX);
                        (void)zone_midnight(zone, INT32_MIN);
                        zone = zone_free(zone);
                }
                data[i] ^= 0xFF;
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_offsets_against_libc),
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_days),
                cmocka_unit_test(test_midnight),
                cmocka_unit_test(test_midnight_begins_the_day),
                cmocka_unit_test(test_rules),
                cmocka_unit_test(test_damaged_files),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
