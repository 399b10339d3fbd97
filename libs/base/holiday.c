/* Colombia's public holidays: Ley 51 of 1983, in force since 1984. */
#include <stddef.h>

#include "base/time.h"

#define YEAR_FIRST 1984
#define YEAR_LAST  2199

typedef struct MonthDay {
        int8_t month, day;
} MonthDay;

static const MonthDay fixed[] = {{1, 1}, {5, 1}, {7, 20}, {8, 7}, {12, 8}, {12, 25}};
/* Moved to the Monday that follows, unless they fall on one. */
static const MonthDay moved[] = {{1, 6}, {3, 19}, {6, 29}, {8, 15}, {10, 12}, {11, 1}, {11, 11}};
/* Days from Easter Sunday: Maundy Thursday, Good Friday, Ascension, Corpus Christi, Sacred Heart (the last
 * three on the Monday the law moves them to). */
static const int8_t from_easter[] = {-3, -2, 43, 64, 71};

/* Easter Sunday, by the anonymous Gregorian computus. */
static int32_t easter(int32_t year)
{
        int32_t a = year % 19, b = year / 100, c = year % 100;
        int32_t g = (8 * b + 13) / 25;
        int32_t h = (19 * a + b - b / 4 - g + 15) % 30;
        int32_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        int32_t m = (a + 11 * h + 22 * l) / 451;
        int32_t month_day = h + l - 7 * m + 114;

        return date_of(year, month_day / 31, month_day % 31 + 1);
}

bool holiday_co(int32_t date)
{
        Civil civil = date_civil(date);

        if (civil.year < YEAR_FIRST || civil.year > YEAR_LAST)
                return false;
        for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
                if (civil.month == fixed[i].month && civil.day == fixed[i].day)
                        return true;
        int32_t since_easter = date - easter(civil.year);
        for (size_t i = 0; i < sizeof from_easter; i++)
                if (since_easter == from_easter[i])
                        return true;
        if (date_weekday(date) != 1)
                return false;
        for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
                int32_t late = date - date_of(civil.year, moved[i].month, moved[i].day);
                if (late >= 0 && late <= 6)
                        return true;
        }
        return false;
}
