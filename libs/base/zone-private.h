#pragma once

#include "base/time.h"

/* Between zone.c (files), zone-rule.c (what holds after a file's last transition), their tests and the
 * fuzzer. */

#define DAY_SECONDS 86400

/* When a part of the year begins: Mm.w.d, Jn (1-365, no leap day) or n (0-365), and the local time of that
 * day. */
typedef struct ZoneMoment {
        enum { MOMENT_MONTH, MOMENT_JULIAN, MOMENT_DAY } kind;
        int month, week, day;
        int32_t time;
} ZoneMoment;

typedef struct ZoneRule {
        enum { ZONE_NO_RULE, ZONE_STANDARD, ZONE_SUMMER } kind;
        int32_t standard, summer; /* seconds east of UTC */
        ZoneMoment start, end;    /* of summer time */
} ZoneRule;

/* False when the text is no rule; an empty one gives ZONE_NO_RULE. */
bool zone_rule_parse(const char *text, ZoneRule *ret);
/* `at` in seconds. */
int32_t zone_rule_offset(const ZoneRule *rule, int64_t at);

/* A zone from the bytes of a TZif file: 0, -EINVAL, or -ENOMEM. */
int zone_parse(const uint8_t *data, size_t len, Zone **ret);
Zone *zone_free(Zone *zone);
