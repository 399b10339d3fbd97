#pragma once

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* PostgreSQL's binary formats, as far as args.c, rows.c and reader.c need them. Private to libs/pg. */

#define WIRE_EPOCH_DAYS    INT32_C(10957)           /* 2000-01-01 in days since 1970 */
#define WIRE_EPOCH_US      INT64_C(946684800000000) /* the same in microseconds */
#define WIRE_JSONB_VERSION '\1'
#define WIRE_ARRAY_HEAD    ((size_t)20) /* dimensions, flags, type, then length and lower bound */
#define WIRE_ARRAY_EMPTY   ((size_t)12) /* the same of an empty array */
#define WIRE_UUID_ELEMENT  ((size_t)20)

static inline char *wire_u32(char *at, uint32_t value)
{
        value = htobe32(value);
        memcpy(at, &value, sizeof value);
        return at + sizeof value;
}

static inline uint32_t wire_get_u32(const char *at)
{
        uint32_t value;

        memcpy(&value, at, sizeof value);
        return be32toh(value);
}

static inline uint64_t wire_get_u64(const char *at)
{
        uint64_t value;

        memcpy(&value, at, sizeof value);
        return be64toh(value);
}

/* The head of a one-dimensional array without nulls; returns where the elements go. */
static inline char *wire_array_head(char *at, uint32_t type, unsigned n)
{
        at = wire_u32(at, n ? 1 : 0);
        at = wire_u32(at, 0);
        at = wire_u32(at, type);
        if (n == 0)
                return at;
        at = wire_u32(at, n);
        return wire_u32(at, 1);
}

static inline char *wire_element(char *at, const void *data, size_t len)
{
        at = wire_u32(at, (uint32_t)len);
        if (len)
                memcpy(at, data, len);
        return at + len;
}
