#pragma once

#include "entity/record.h"

/* Where a page ended: the sort keys and the id of its last row, and whether the null tail has begun. Opaque
 * outside: base64url with a MAC over the content and the query it belongs to (module, filter, sort, search,
 * person), so that a forged cursor, or one of another query, is refused. */

#define CURSOR_KEYS_MAX 3

typedef struct Cursor {
        bool tail; /* in the rows whose (only) sort key is null */
        unsigned n;
        Value keys[CURSOR_KEYS_MAX];
        Uuid id;
} Cursor;

/* The installation's key for cursors, 32 bytes; every replica has the same. Call once at start. */
void cursor_secret(const uint8_t key[static 32]);
/* `stores` are those of the keys. */
char *cursor_write(Arena *arena, const Cursor *cursor, const Store *stores, Str query);
/* 0 or -EINVAL. Texts are in the arena. */
int cursor_read(Arena *arena, Str text, const Store *stores, unsigned n, Str query, Cursor *ret);
