#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/time.h"

#define SECOND INT64_C(1000000)

static void test_civil(void **state)
{
        (void)state;
        /* Against the C library, every day of the years 1 to 9999 in steps that meet all months and leap
         * years. */
        for (int32_t date = date_of(1, 1, 1); date <= date_of(9999, 12, 31); date += 11) {
                time_t at = (time_t)date * 86400;
                struct tm tm;
                Civil civil = date_civil(date);
                assert_non_null(gmtime_r(&at, &tm));
                if (civil.year != tm.tm_year + 1900 || civil.month != tm.tm_mon + 1 ||
                        civil.day != tm.tm_mday || date_of(civil.year, civil.month, civil.day) != date ||
                        date_weekday(date) != (tm.tm_wday + 6) % 7 + 1)
                        fail_msg("day %d", date);
        }
        assert_int_equal(date_of(1970, 1, 1), 0);
        assert_int_equal(date_civil(INT32_MIN).month, 6);
        assert_int_equal(date_civil(INT32_MAX).day, 11);
        assert_true(civil_valid(2024, 2, 29));
        assert_false(civil_valid(2023, 2, 29));
        assert_false(civil_valid(1900, 2, 29));
        assert_true(civil_valid(2000, 2, 29));
        assert_false(civil_valid(2024, 4, 31));
        assert_false(civil_valid(2024, 13, 1));
        assert_false(civil_valid(2024, 0, 1));
        assert_false(civil_valid(2024, 1, 0));
}

static void test_add_months(void **state)
{
        (void)state;
        static const struct {
                const char *from;
                int months;
                const char *to;
        } cases[] = {
                {"2024-01-31", 1, "2024-02-29"},
                {"2023-01-31", 1, "2023-02-28"},
                {"2024-03-31", -1, "2024-02-29"},
                {"2024-12-15", 1, "2025-01-15"},
                {"2024-01-15", -1, "2023-12-15"},
                {"2024-02-29", 12, "2025-02-28"},
                {"2024-02-29", -48, "2020-02-29"},
                {"2024-05-31", 0, "2024-05-31"},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                int32_t from = 0;
                char text[11];
                assert_int_equal(date_parse(str_of(cases[i].from), &from), 0);
                date_format(date_add_months(from, cases[i].months), text);
                assert_string_equal(text, cases[i].to);
        }
}

static void test_date_text(void **state)
{
        (void)state;
        static const char *const bad[] = {"", "2026-11-2", "2026-11-211", "2026-13-01", "2026-02-29",
                "0000-01-01", "2026/11/21", "2026-1-021", "-026-11-21", "2026-11-2x", "２０２６"};
        int32_t date = 77;
        char text[11];

        for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
                if (date_parse(str_of(bad[i]), &date) != -EINVAL || date != 77)
                        fail_msg("\"%s\"", bad[i]);
        assert_int_equal(date_parse(STR("0001-01-01"), &date), 0);
        date_format(date, text);
        assert_string_equal(text, "0001-01-01");
        date_format(date - 1, text);
        assert_string_equal(text, "0001-01-01");
        date_format(INT32_MAX, text);
        assert_string_equal(text, "9999-12-31");
}

static void test_instant_text(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                int r;
                int64_t at;
                const char *shown; /* NULL = the same */
        } cases[] = {
                {"1970-01-01T00:00:00Z", 0, 0, NULL},
                {"1970-01-01t00:00:00z", 0, 0, "1970-01-01T00:00:00Z"},
                {"1969-12-31T23:59:59.999999Z", 0, -1, NULL},
                {"2026-11-21T14:03:00.5-05:00", 0, 1795287780 * SECOND + 500000, "2026-11-21T19:03:00.5Z"},
                {"2026-11-21T14:03:00+14:00", 0, 1795219380 * SECOND, "2026-11-21T00:03:00Z"},
                {"2026-11-21T14:03:00.000001Z", 0, 1795269780 * SECOND + 1, NULL},
                {"2026-11-21T14:03:00.120000Z", 0, 1795269780 * SECOND + 120000, "2026-11-21T14:03:00.12Z"},
                {"2026-11-21T14:03:00-00:00", 0, 1795269780 * SECOND, "2026-11-21T14:03:00Z"},
                {"9999-12-31T23:59:59.999999Z", 0, INT64_C(253402300799999999), NULL},
                {"0001-01-01T00:00:00Z", 0, INT64_C(-62135596800000000), NULL},
                {"9999-12-31T23:59:59-01:00", -EINVAL, 0, NULL},
                {"0001-01-01T00:00:00+01:00", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00", -EINVAL, 0, NULL},
                {"2026-11-21T14:03Z", -EINVAL, 0, NULL},
                {"2026-11-21 14:03:00Z", -EINVAL, 0, NULL},
                {"2026-11-21T24:00:00Z", -EINVAL, 0, NULL},
                {"2026-11-21T14:60:00Z", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:60Z", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00.Z", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00.1234567Z", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00.12", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00+0500", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00+24:00", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00+05:60", -EINVAL, 0, NULL},
                {"2026-11-21T14:03:00Zx", -EINVAL, 0, NULL},
                {"2026-02-30T14:03:00Z", -EINVAL, 0, NULL},
                {"", -EINVAL, 0, NULL},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                int64_t at = 0;
                char shown[28];
                int r = instant_parse(str_of(cases[i].text), &at);
                if (r != cases[i].r || at != cases[i].at)
                        fail_msg("\"%s\": %d, %ld", cases[i].text, r, (long)at);
                if (r == 0) {
                        instant_format(at, shown);
                        assert_string_equal(shown, cases[i].shown ? cases[i].shown : cases[i].text);
                }
        }
        char shown[28];
        instant_format(INT64_MAX, shown);
        assert_string_equal(shown, "9999-12-31T23:59:59.999999Z");
        instant_format(INT64_MIN, shown);
        assert_string_equal(shown, "0001-01-01T00:00:00Z");
}

static void test_holidays(void **state)
{
        (void)state;
        /* As the calendars of those years show them. */
        static const char *const days[] = {"2024-01-01", "2024-01-08", "2024-03-25", "2024-03-28",
                "2024-03-29", "2024-05-01", "2024-05-13", "2024-06-03", "2024-06-10", "2024-07-01",
                "2024-07-20", "2024-08-07", "2024-08-19", "2024-10-14", "2024-11-04", "2024-11-11",
                "2024-12-08", "2024-12-25", /* */
                "2025-01-01", "2025-01-06", "2025-03-24", "2025-04-17", "2025-04-18", "2025-05-01",
                "2025-06-02", "2025-06-23", "2025-06-30", "2025-07-20", "2025-08-07", "2025-08-18",
                "2025-10-13", "2025-11-03", "2025-11-17", "2025-12-08",
                "2025-12-25", /* two fall on 30 June */
                "2026-01-01", "2026-01-12", "2026-03-23", "2026-04-02", "2026-04-03", "2026-05-01",
                "2026-05-18", "2026-06-08", "2026-06-15", "2026-06-29", "2026-07-20", "2026-08-07",
                "2026-08-17", "2026-10-12", "2026-11-02", "2026-11-16", "2026-12-08", "2026-12-25"};
        unsigned next = 0;

        for (int32_t date = date_of(2024, 1, 1); date < date_of(2027, 1, 1); date++) {
                char text[11];
                date_format(date, text);
                bool expected = next < sizeof days / sizeof days[0] && strcmp(text, days[next]) == 0;
                if (holiday_co(date) != expected)
                        fail_msg("%s", text);
                next += expected;
        }
        assert_int_equal(next, sizeof days / sizeof days[0]);
        assert_false(holiday_co(date_of(1983, 12, 25)));
        assert_true(holiday_co(date_of(1984, 12, 25)));
        assert_true(holiday_co(date_of(2199, 12, 25)));
        assert_false(holiday_co(date_of(2200, 12, 25)));
        /* Easter at its earliest and latest: Good Friday of 2008, 2038. */
        assert_true(holiday_co(date_of(2008, 3, 21)));
        assert_true(holiday_co(date_of(2038, 4, 23)));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_civil),
                cmocka_unit_test(test_add_months),
                cmocka_unit_test(test_date_text),
                cmocka_unit_test(test_instant_text),
                cmocka_unit_test(test_holidays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
