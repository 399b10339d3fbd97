/* The POSIX rule at the end of a TZif file ("<-04>4<-03>,M9.1.6/24,M4.1.6/24"): parsing it and asking it. */
#include <string.h>

#include "base/zone-private.h"

static bool take(const char **p, char c)
{
        if (**p != c)
                return false;
        ++*p;
        return true;
}

/* At most `max`, at least one digit. */
static bool take_number(const char **p, int max, int *ret)
{
        int value = 0;

        if (**p < '0' || **p > '9')
                return false;
        for (; **p >= '0' && **p <= '9'; ++*p) {
                value = value * 10 + (**p - '0');
                if (value > max)
                        return false;
        }
        *ret = value;
        return true;
}

static bool take_name(const char **p)
{
        const char *begin = *p;

        if (take(p, '<')) {
                while (**p && **p != '>')
                        ++*p;
                return take(p, '>');
        }
        while ((**p | 0x20) >= 'a' && (**p | 0x20) <= 'z')
                ++*p;
        return *p - begin >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(const char **p, int max_hours, int32_t *ret)
{
        int hours = 0, minutes = 0, seconds = 0;
        bool negative = take(p, '-');

        if (!negative)
                (void)take(p, '+');
        if (!take_number(p, max_hours, &hours))
                return false;
        if (take(p, ':') && !take_number(p, 59, &minutes))
                return false;
        if (take(p, ':') && !take_number(p, 59, &seconds))
                return false;
        *ret = (negative ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
        return true;
}

static bool take_moment(const char **p, ZoneMoment *ret)
{
        ZoneMoment moment = {.time = 2 * 3600};

        if (!take(p, ','))
                return false;
        if (take(p, 'M')) {
                moment.kind = MOMENT_MONTH;
                if (!take_number(p, 12, &moment.month) || moment.month < 1 || !take(p, '.') ||
                        !take_number(p, 5, &moment.week) || moment.week < 1 || !take(p, '.') ||
                        !take_number(p, 6, &moment.day))
                        return false;
        } else if (take(p, 'J')) {
                moment.kind = MOMENT_JULIAN;
                if (!take_number(p, 365, &moment.day) || moment.day < 1)
                        return false;
        } else {
                moment.kind = MOMENT_DAY;
                if (!take_number(p, 365, &moment.day))
                        return false;
        }
        if (take(p, '/') && !take_time(p, 167, &moment.time))
                return false;
        *ret = moment;
        return true;
}

/* POSIX counts west of Greenwich as positive. */
bool zone_rule_parse(const char *p, ZoneRule *ret)
{
        ZoneRule rule = {.kind = ZONE_NO_RULE};
        int32_t west = 0;

        if (!*p) {
                *ret = rule;
                return true;
        }
        if (!take_name(&p) || !take_time(&p, 24, &west))
                return false;
        rule.kind = ZONE_STANDARD;
        rule.standard = -west;
        if (!*p) {
                *ret = rule;
                return true;
        }
        if (!take_name(&p))
                return false;
        rule.kind = ZONE_SUMMER;
        rule.summer = rule.standard + 3600;
        if (*p != ',') {
                if (!take_time(&p, 24, &west))
                        return false;
                rule.summer = -west;
        }
        if (!take_moment(&p, &rule.start) || !take_moment(&p, &rule.end) || *p)
                return false;
        *ret = rule;
        return true;
}

/* Local seconds, counted from 1970-01-01 of that zone, at which the rule's moment comes in a year. */
static int64_t moment_in(const ZoneMoment *moment, int32_t year)
{
        int32_t first = date_of(year, 1, 1);
        int64_t date = first;

        if (moment->kind == MOMENT_DAY) {
                date += moment->day;
        } else if (moment->kind == MOMENT_JULIAN) {
                date += moment->day - 1 + (moment->day >= 60 && civil_valid(year, 2, 29));
        } else {
                int32_t month = date_of(year, moment->month, 1);
                int32_t next =
                        moment->month == 12 ? date_of(year + 1, 1, 1) : date_of(year, moment->month + 1, 1);
                int ahead = (moment->day + 7 - date_weekday(month) % 7) % 7; /* here Sunday is 0 */
                date = month + ahead + (moment->week - 1) * 7;
                if (date >= next)
                        date -= 7;
        }
        return date * DAY_SECONDS + moment->time;
}

int32_t zone_rule_offset(const ZoneRule *rule, int64_t at)
{
        if (rule->kind != ZONE_SUMMER)
                return rule->standard;
        int64_t day = (at + rule->standard) / DAY_SECONDS - ((at + rule->standard) % DAY_SECONDS < 0);
        /* Beyond any date of ours the rule need not hold. */
        if (day > INT32_MAX / 2 || day < INT32_MIN / 2)
                return rule->standard;
        int32_t year = date_civil((int32_t)day).year;
        int64_t start = moment_in(&rule->start, year) - rule->standard;
        int64_t end = moment_in(&rule->end, year) - rule->summer;
        bool summer = start < end ? at >= start && at < end : at >= start || at < end;
        return summer ? rule->summer : rule->standard;
}
