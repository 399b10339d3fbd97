/* Instants and dates: what is accepted prints and reads back as the same; a zone file is refused or answers
 * anything. */
#include <stdlib.h>
#include <string.h>

#include "base/zone-private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_instant(Str text)
{
        char shown[28];
        int64_t at = 0, again = 0;

        if (instant_parse(text, &at) != 0)
                return;
        instant_format(at, shown);
        if (instant_parse(str_of(shown), &again) != 0 || again != at)
                abort();
}

static void check_date(Str text)
{
        char shown[11];
        int32_t date = 0;

        if (date_parse(text, &date) != 0)
                return;
        date_format(date, shown);
        Civil civil = date_civil(date);
        if (!str_is(text, shown) || date_of(civil.year, civil.month, civil.day) != date)
                abort();
        (void)holiday_co(date);
        (void)date_add_months(date, (int)text.p[9] * 100);
}

static void check_rule(Str text)
{
        ZoneRule rule;
        char copy[128];

        if (text.len >= sizeof copy)
                return;
        memcpy(copy, text.p, text.len);
        copy[text.len] = '\0';
        if (!zone_rule_parse(copy, &rule))
                return;
        for (int64_t at = -5000000000; at < 5000000000; at += 777777777)
                (void)zone_rule_offset(&rule, at);
}

static void check_zone(const uint8_t *data, size_t size)
{
        static const int64_t instants[] = {INT64_MIN, -1, 0, 1795269780000000, INT64_MAX};
        Zone *zone = NULL;

        if (zone_parse(data, size, &zone) != 0)
                return;
        for (unsigned i = 0; i < sizeof instants / sizeof instants[0]; i++) {
                int32_t offset = zone_offset(zone, instants[i]);
                if (offset <= -26 * 3600 || offset >= 26 * 3600)
                        abort();
                (void)zone_midnight(zone, zone_date(zone, instants[i]));
        }
        (void)zone_free(zone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Str text = {(const char *)data, size};

        check_instant(text);
        check_date(text);
        check_rule(text);
        check_zone(data, size);
        return 0;
}
