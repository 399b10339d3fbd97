#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define UUID_TEXT 36

typedef struct Uuid {
        uint8_t b[16];
} Uuid;

/* RFC 9562 version 7: 48-bit milliseconds, a 26-bit counter that keeps the ids of one thread in order even
 * when the clock goes back, 48 random bits. Not a secret: never the whole of a public link. */
Uuid uuid_v7(void);
bool uuid_is_nil(const Uuid *id);
int uuid_compare(const Uuid *a, const Uuid *b);
int uuid_order(const void *a, const void *b); /* the same, for qsort and bsearch */
/* Canonical lower-case 8-4-4-4-12, either case accepted. 0 or -EINVAL. */
int uuid_parse(Str text, Uuid *ret);
/* Writes 36 characters and a NUL. */
void uuid_format(const Uuid *id, char ret[static UUID_TEXT + 1]);
/* The record's event partition, 0-15: FNV-1a of the 16 bytes, low four bits. */
#define PARTITIONS 16
unsigned uuid_partition(const Uuid *id);
