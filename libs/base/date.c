/* Dates and instants as numbers and as text: the proleptic Gregorian calendar, RFC 3339. */
#include <errno.h>
#include <string.h>

#include "base/time.h"

#define DAY_US     INT64_C(86400000000)
#define YEAR_FIRST 1
#define YEAR_LAST  9999

/* Years begin on 1 March here, so that the leap day is the last one; an era is 400 years (146,097 days).
 * After Howard Hinnant's "chrono-compatible low-level date algorithms". */
int32_t date_of(int32_t year, int month, int day)
{
        int64_t y = (int64_t)year - (month <= 2);
        int64_t era = (y >= 0 ? y : y - 399) / 400;
        int64_t year_of_era = y - era * 400;
        int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

        return (int32_t)(era * 146097 + day_of_era - 719468);
}

Civil date_civil(int32_t date)
{
        int64_t z = (int64_t)date + 719468;
        int64_t era = (z >= 0 ? z : z - 146096) / 146097;
        int64_t day_of_era = z - era * 146097;
        int64_t year_of_era =
                (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        int64_t shifted = (5 * day_of_year + 2) / 153;
        int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);

        return (Civil){
                .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
                .month = (int8_t)month,
                .day = (int8_t)(day_of_year - (153 * shifted + 2) / 5 + 1),
        };
}

static int month_days(int32_t year, int month)
{
        static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

        return days[month - 1] + (month == 2 && leap);
}

bool civil_valid(int32_t year, int month, int day)
{
        return month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, month);
}

int date_weekday(int32_t date)
{
        int64_t days = (int64_t)date + 3; /* 1970-01-01 was a Thursday */

        return (int)((days % 7 + 7) % 7) + 1;
}

int32_t date_add_months(int32_t date, int months)
{
        Civil civil = date_civil(date);
        int64_t month = (int64_t)civil.year * 12 + civil.month - 1 + months;
        int32_t year = (int32_t)((month >= 0 ? month : month - 11) / 12);
        int in_year = (int)(month - (int64_t)year * 12) + 1;
        int last = month_days(year, in_year);

        return date_of(year, in_year, civil.day < last ? civil.day : last);
}

/* ---- text ---- */

/* Reads exactly n digits at *p, which the caller knows to be there. */
static bool take_digits(const char **p, unsigned n, int *ret)
{
        int value = 0;

        for (unsigned i = 0; i < n; i++) {
                char c = *(*p)++;
                if (c < '0' || c > '9')
                        return false;
                value = value * 10 + (c - '0');
        }
        *ret = value;
        return true;
}

static bool take_char(const char **p, char c)
{
        return *(*p)++ == c;
}

static bool take_date(const char **p, int32_t *ret)
{
        int year = 0, month = 0, day = 0;

        if (!take_digits(p, 4, &year) || !take_char(p, '-') || !take_digits(p, 2, &month) ||
                !take_char(p, '-') || !take_digits(p, 2, &day))
                return false;
        if (year < YEAR_FIRST || !civil_valid(year, month, day))
                return false;
        *ret = date_of(year, month, day);
        return true;
}

int date_parse(Str text, int32_t *ret)
{
        const char *p = text.p;

        return text.len == 10 && take_date(&p, ret) ? 0 : -EINVAL;
}

/* ".5" → 500000; moves *p behind it. */
static bool take_fraction(const char **p, const char *end, int64_t *ret)
{
        int64_t value = 0, unit = 100000;
        const char *begin = ++*p;

        for (; *p < end && **p >= '0' && **p <= '9'; ++*p, unit /= 10)
                value += (**p - '0') * unit;
        *ret = value;
        return *p > begin && *p - begin <= 6;
}

/* "Z" or "±hh:mm" up to the end, in seconds east. */
static bool take_offset(const char *p, const char *end, int64_t *ret)
{
        int hours = 0, minutes = 0;

        if (end - p == 1 && (*p | 0x20) == 'z') {
                *ret = 0;
                return true;
        }
        if (end - p != 6 || (*p != '+' && *p != '-'))
                return false;
        bool west = *p++ == '-';
        if (!take_digits(&p, 2, &hours) || !take_char(&p, ':') || !take_digits(&p, 2, &minutes))
                return false;
        *ret = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
        return hours <= 23 && minutes <= 59;
}

int instant_parse(Str text, int64_t *ret)
{
        const char *p = text.p, *end = text.p + text.len;
        int32_t date = 0;
        int hour = 0, minute = 0, second = 0;
        int64_t fraction = 0, offset = 0;

        if (text.len < sizeof "2026-11-21T14:03:00Z" - 1 || !take_date(&p, &date) || (*p++ | 0x20) != 't')
                return -EINVAL;
        if (!take_digits(&p, 2, &hour) || !take_char(&p, ':') || !take_digits(&p, 2, &minute) ||
                !take_char(&p, ':') || !take_digits(&p, 2, &second))
                return -EINVAL;
        if (hour > 23 || minute > 59 || second > 59)
                return -EINVAL;
        if (*p == '.' && !take_fraction(&p, end, &fraction))
                return -EINVAL;
        if (!take_offset(p, end, &offset))
                return -EINVAL;
        int64_t at = date * DAY_US + (hour * 3600 + minute * 60 + second - offset) * 1000000 + fraction;
        if (at < date_of(YEAR_FIRST, 1, 1) * DAY_US || at >= date_of(YEAR_LAST + 1, 1, 1) * DAY_US)
                return -EINVAL; /* the offset led out of the four-digit years */
        *ret = at;
        return 0;
}

static char *put_digits(char *to, unsigned value, unsigned n)
{
        for (unsigned i = n; i-- > 0; value /= 10)
                to[i] = (char)('0' + value % 10);
        return to + n;
}

/* Years outside of 0001 to 9999 are shown as the nearest date that has four digits. */
static int32_t in_four_digits(int32_t date)
{
        int32_t first = date_of(YEAR_FIRST, 1, 1), last = date_of(YEAR_LAST, 12, 31);

        return date < first ? first : date > last ? last : date;
}

static char *put_date(char *to, int32_t date)
{
        Civil civil = date_civil(in_four_digits(date));

        to = put_digits(to, (unsigned)civil.year, 4);
        *to++ = '-';
        to = put_digits(to, (unsigned)civil.month, 2);
        *to++ = '-';
        return put_digits(to, (unsigned)civil.day, 2);
}

void date_format(int32_t date, char ret[static 11])
{
        *put_date(ret, date) = '\0';
}

void instant_format(int64_t at_us, char ret[static 28])
{
        int64_t first = date_of(YEAR_FIRST, 1, 1) * DAY_US;
        int64_t last = date_of(YEAR_LAST + 1, 1, 1) * DAY_US - 1;
        int64_t at = at_us < first ? first : at_us > last ? last : at_us;
        int64_t day = at / DAY_US - (at % DAY_US < 0);
        int64_t us = at - day * DAY_US;
        unsigned second = (unsigned)(us / 1000000), fraction = (unsigned)(us % 1000000);

        char *to = put_date(ret, (int32_t)day);
        *to++ = 'T';
        to = put_digits(to, second / 3600, 2);
        *to++ = ':';
        to = put_digits(to, second / 60 % 60, 2);
        *to++ = ':';
        to = put_digits(to, second % 60, 2);
        if (fraction) {
                *to++ = '.';
                to = put_digits(to, fraction, 6);
                while (to[-1] == '0')
                        to--;
        }
        *to++ = 'Z';
        *to = '\0';
}
