/* "This week", "the last 30 days": calendar words to ranges. */
#include "entity/relative.h"

/* Days to the kind's own unit. */
static TimeRange days(Kind kind, int32_t from, int32_t to, const Zone *zone)
{
        if (kind == KIND_DATE)
                return (TimeRange){from, to};
        return (TimeRange){zone_midnight(zone, from), zone_midnight(zone, to)};
}

static bool period(Str name, int32_t today, int32_t *ret_from, int32_t *ret_to)
{
        Civil civil = date_civil(today);
        int32_t month = date_of(civil.year, civil.month, 1);

        if (str_is(name, "day")) {
                *ret_from = today;
                *ret_to = today + 1;
        } else if (str_is(name, "week")) {
                *ret_from = today - (date_weekday(today) - 1);
                *ret_to = *ret_from + 7;
        } else if (str_is(name, "month")) {
                *ret_from = month;
                *ret_to = date_add_months(month, 1);
        } else if (str_is(name, "quarter")) {
                *ret_from = date_of(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
                *ret_to = date_add_months(*ret_from, 3);
        } else if (str_is(name, "year")) {
                *ret_from = date_of(civil.year, 1, 1);
                *ret_to = date_of(civil.year + 1, 1, 1);
        } else {
                return false;
        }
        return true;
}

/* "7d" → the date that many days, weeks, months or years from `day`. */
static bool shifted(Str span, int32_t day, int sign, int32_t *ret)
{
        int64_t n;

        if (span.len < 2 || parse_i64((Str){span.p, span.len - 1}, &n) != 0 || n < 1 || n > 4000)
                return false;
        switch (span.p[span.len - 1]) {
        case 'd':
                *ret = day + (int32_t)n * sign;
                return true;
        case 'w':
                *ret = day + (int32_t)n * 7 * sign;
                return true;
        case 'm':
                *ret = date_add_months(day, (int)n * sign);
                return true;
        case 'y':
                if (n > 100)
                        return false;
                *ret = date_add_months(day, (int)n * 12 * sign);
                return true;
        default:
                return false;
        }
}

bool relative_range(Kind kind, const char *op, Str value, int64_t now, const Zone *zone, TimeRange *ret)
{
        int32_t today = zone_date(zone, now), from, to;

        if (streq(op, "today")) {
                from = today;
                to = today + 1;
        } else if (streq(op, "this")) {
                if (!period(value, today, &from, &to))
                        return false;
        } else if (streq(op, "last")) {
                to = today + 1;
                if (!shifted(value, to, -1, &from))
                        return false;
        } else if (streq(op, "next")) {
                from = today;
                if (!shifted(value, from, 1, &to))
                        return false;
        } else {
                return false;
        }
        *ret = days(kind, from, to, zone);
        return true;
}

bool relative_value(Kind kind, Str text, const Zone *zone, TimeRange *ret)
{
        int32_t date;
        int64_t at;

        if (date_parse(text, &date) == 0) {
                *ret = days(kind, date, date + 1, zone);
                return true;
        }
        if (instant_parse(text, &at) != 0)
                return false;
        if (kind == KIND_DATE)
                *ret = (TimeRange){zone_date(zone, at), zone_date(zone, at) + 1};
        else
                *ret = (TimeRange){at, at + 1};
        return true;
}
