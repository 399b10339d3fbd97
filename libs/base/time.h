#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Instants are int64 microseconds since 1970 UTC; dates are int32 days since 1970-01-01. "Today" is always
 * worked out from an instant and the company's IANA zone, never from the machine's own. */

typedef struct Zone Zone;

/* Opens an IANA zone ("America/Bogota") from the system's tzdata; cached for the life of the process. 0 or
 * -ENOENT. */
int zone_open(const char *name, const Zone **ret);
/* Seconds east of UTC in force at an instant. */
int32_t zone_offset(const Zone *zone, int64_t at_us);
int32_t zone_date(const Zone *zone, int64_t at_us);
/* The first instant of a local date. A midnight that does not exist (DST) gives the first instant after it.
 */
int64_t zone_midnight(const Zone *zone, int32_t date);

typedef struct Civil {
        int32_t year;
        int8_t month, day; /* from 1 */
} Civil;

Civil date_civil(int32_t date);
int32_t date_of(int32_t year, int month, int day); /* proleptic Gregorian; month and day in range */
bool civil_valid(int32_t year, int month, int day);
int date_weekday(int32_t date); /* 1 = Monday … 7 = Sunday */
/* Adds months, holding the day to the month's last one. */
int32_t date_add_months(int32_t date, int months);

/* Colombia's public holidays (Ley 51 of 1983), any year 1984-2199. */
bool holiday_co(int32_t date);

/* "2026-11-21". 0 or -EINVAL. */
int date_parse(Str text, int32_t *ret);
void date_format(int32_t date, char ret[static 11]);
/* RFC 3339 with zone ("2026-11-21T14:03:00.5-05:00", "…Z"); at most six decimals. 0 or -EINVAL. */
int instant_parse(Str text, int64_t *ret);
/* Always UTC with 'Z' and the decimals that are not zero; 28 bytes with NUL. */
void instant_format(int64_t at_us, char ret[static 28]);
