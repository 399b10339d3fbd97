/* IANA zones: the 64-bit part of a TZif file (RFC 9636) and the POSIX rule of its footer, which holds after
 * the last transition. A file that is not as it should be is refused whole. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/zone-private.h"

#define ZONE_FOLDER    "/usr/share/zoneinfo"
#define NAME_MAX_BYTES 64
#define FILE_MAX_BYTES (256 << 10)
#define OFFSET_MAX     (26 * 3600) /* RFC 9636: less than 26 hours */

typedef struct Transition {
        int64_t at; /* seconds UTC */
        int32_t offset;
} Transition;

struct Zone {
        Zone *next;
        char name[NAME_MAX_BYTES];
        unsigned n;
        Transition *transitions;
        int32_t first_offset; /* before the first transition */
        ZoneRule rule;        /* holds after the last transition */
};

/* ---- the file ---- */

#define HEADER_SIZE 44

typedef struct Header {
        uint32_t n_isut, n_isstd, n_leap, n_times, n_types, n_chars;
} Header;

static uint32_t be32(const uint8_t *p)
{
        return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p)
{
        return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool read_header(const uint8_t *data, size_t len, Header *ret)
{
        if (len < HEADER_SIZE || memcmp(data, "TZif", 4) != 0 || data[4] < '2')
                return false;
        *ret = (Header){.n_isut = be32(data + 20),
                .n_isstd = be32(data + 24),
                .n_leap = be32(data + 28),
                .n_times = be32(data + 32),
                .n_types = be32(data + 36),
                .n_chars = be32(data + 40)};
        return (ret->n_isut | ret->n_isstd | ret->n_leap | ret->n_times | ret->n_types | ret->n_chars) <
               FILE_MAX_BYTES;
}

/* Bytes of a data block whose times take `width` bytes. */
static size_t block_size(const Header *header, size_t width)
{
        return header->n_times * (width + 1) + header->n_types * (size_t)6 + header->n_chars +
               header->n_leap * (width + 4) + header->n_isstd + header->n_isut;
}

static bool read_block(Zone *zone, const Header *header, const uint8_t *p)
{
        const uint8_t *kinds = p + header->n_times * (size_t)8;
        const uint8_t *types = kinds + header->n_times;

        /* Leap seconds ("right/…") would shift every instant. */
        if (header->n_types == 0 || header->n_types > 256 || header->n_leap)
                return false;
        for (uint32_t i = 0; i < header->n_types; i++) {
                int32_t offset = (int32_t)be32(types + i * 6);
                if (offset <= -OFFSET_MAX || offset >= OFFSET_MAX)
                        return false;
        }
        zone->first_offset = (int32_t)be32(types);
        zone->n = header->n_times;
        for (uint32_t i = 0; i < header->n_times; i++) {
                Transition *transition = &zone->transitions[i];
                if (kinds[i] >= header->n_types)
                        return false;
                transition->at = be64(p + i * (size_t)8);
                transition->offset = (int32_t)be32(types + kinds[i] * (size_t)6);
                if (i && transition->at <= transition[-1].at)
                        return false;
        }
        return true;
}

int zone_parse(const uint8_t *data, size_t len, Zone **ret)
{
        Header header;
        char footer[128];

        /* The 32-bit block of old readers comes first. */
        if (!read_header(data, len, &header) || len - HEADER_SIZE < block_size(&header, 4))
                return -EINVAL;
        size_t at = HEADER_SIZE + block_size(&header, 4);
        if (!read_header(data + at, len - at, &header) || len - at - HEADER_SIZE < block_size(&header, 8))
                return -EINVAL;
        at += HEADER_SIZE;
        const uint8_t *rule = data + at + block_size(&header, 8);
        size_t left = len - at - block_size(&header, 8);
        if (left < 2 || left > sizeof footer || rule[0] != '\n' || rule[left - 1] != '\n' ||
                memchr(rule, '\0', left))
                return -EINVAL;
        memcpy(footer, rule + 1, left - 2);
        footer[left - 2] = '\0';

        Zone *zone = calloc(1, sizeof *zone);
        if (zone)
                zone->transitions = calloc(header.n_times + 1, sizeof *zone->transitions);
        if (!zone || !zone->transitions) {
                (void)zone_free(zone);
                return -ENOMEM;
        }
        if (!read_block(zone, &header, data + at) || !zone_rule_parse(footer, &zone->rule)) {
                (void)zone_free(zone);
                return -EINVAL;
        }
        *ret = zone;
        return 0;
}

Zone *zone_free(Zone *zone)
{
        if (zone)
                free(zone->transitions);
        free(zone);
        return NULL;
}

/* ---- opening ---- */

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static Zone *cache;

/* Parts of letters, digits, '_', '+' and '-' between single slashes: nothing that leads out of the folder. */
static bool name_valid(const char *name)
{
        char before = '/';

        if (strnlen(name, NAME_MAX_BYTES) >= NAME_MAX_BYTES)
                return false;
        for (const char *p = name; *p; before = *p++) {
                bool letter = ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') || (*p >= '0' && *p <= '9');
                if (!letter && *p != '_' && *p != '+' && *p != '-' && (*p != '/' || before == '/'))
                        return false;
        }
        return before != '/';
}

static int zone_load(const char *name, Zone **ret)
{
        char path[sizeof ZONE_FOLDER + 1 + NAME_MAX_BYTES];
        struct stat st;
        int r = -ENOENT;

        (void)snprintf(path, sizeof path, "%s/%s", ZONE_FOLDER, name);
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
                return -ENOENT;
        if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= FILE_MAX_BYTES) {
                uint8_t *data = malloc((size_t)st.st_size);
                if (data && read(fd, data, (size_t)st.st_size) == st.st_size &&
                        zone_parse(data, (size_t)st.st_size, ret) == 0)
                        r = 0;
                free(data);
        }
        (void)close(fd);
        return r;
}

int zone_open(const char *name, const Zone **ret)
{
        Zone *zone = NULL;
        int r = 0;

        if (!name || !name_valid(name))
                return -ENOENT;
        (void)pthread_mutex_lock(&cache_lock);
        for (zone = cache; zone && !streq(zone->name, name);)
                zone = zone->next;
        if (!zone) {
                r = zone_load(name, &zone);
                if (r == 0) {
                        memcpy(zone->name, name, strlen(name) + 1);
                        zone->next = cache;
                        cache = zone;
                }
        }
        (void)pthread_mutex_unlock(&cache_lock);
        if (r == 0)
                *ret = zone;
        return r;
}

/* ---- asking ---- */

static int32_t offset_at(const Zone *zone, int64_t at)
{
        unsigned low = 0, high = zone->n;

        while (low < high) {
                unsigned middle = (low + high) / 2;
                if (zone->transitions[middle].at <= at)
                        low = middle + 1;
                else
                        high = middle;
        }
        if (low == zone->n && zone->rule.kind != ZONE_NO_RULE)
                return zone_rule_offset(&zone->rule, at);
        return low ? zone->transitions[low - 1].offset : zone->first_offset;
}

static int64_t floor_seconds(int64_t us)
{
        return us / 1000000 - (us % 1000000 < 0);
}

int32_t zone_offset(const Zone *zone, int64_t at_us)
{
        return offset_at(zone, floor_seconds(at_us));
}

int32_t zone_date(const Zone *zone, int64_t at_us)
{
        int64_t at = floor_seconds(at_us);
        int64_t local = at + offset_at(zone, at);

        return (int32_t)(local / DAY_SECONDS - (local % DAY_SECONDS < 0));
}

/* Saturated: dates of 290,000 years from now have no instant. */
static int64_t instant_of(int64_t seconds)
{
        int64_t us = 0;

        if (__builtin_mul_overflow(seconds, INT64_C(1000000), &us))
                return seconds < 0 ? INT64_MIN : INT64_MAX;
        return us;
}

int64_t zone_midnight(const Zone *zone, int32_t date)
{
        int64_t local = (int64_t)date * DAY_SECONDS;
        int64_t low = local - 15 * 3600, high = local + 15 * 3600; /* no zone is farther from UTC */
        int32_t before = offset_at(zone, low), after = offset_at(zone, high);

        if (before != after) { /* the clock changes near by: find when */
                while (high - low > 1) {
                        int64_t middle = low + (high - low) / 2;
                        if (offset_at(zone, middle) == before)
                                low = middle;
                        else
                                high = middle;
                }
                if (local - before >= high)
                        return instant_of(local - after > high ? local - after : high);
        }
        return instant_of(local - before);
}
