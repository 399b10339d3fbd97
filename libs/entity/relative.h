#pragma once

#include "base/meta.h"
#include "base/time.h"

/* Dates in words. A range is [from, to): µs for KIND_DATETIME, days for KIND_DATE. */
typedef struct TimeRange {
        int64_t from, to;
} TimeRange;

/* this=day|week|month|quarter|year, last=7d|2w|3m|1y, next=…, today: relative to `now` in `zone`; weeks begin
 * on Monday; last 7d is today and the six days before it. False: not such an operator, or a bad value. */
bool relative_range(Kind kind, const char *op, Str value, int64_t now, const Zone *zone, TimeRange *ret);
/* "2026-11-21": that day in the zone; "…T14:00:00-05:00": that microsecond (its day for a date). */
bool relative_value(Kind kind, Str text, const Zone *zone, TimeRange *ret);
