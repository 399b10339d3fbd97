#pragma once

#include "base/loop.h"
#include "base/str.h"

/* A cache in Redis on the loop (hiredis). It may be down at any time: then gets find nothing at once and sets
 * are dropped; it reconnects by itself. Nothing that counts is kept there alone. */

typedef struct Redis Redis;

/* `path` is its unix socket; NULL or "": never up. Never NULL. */
Redis *redis_open(Loop *loop, const char *path);
void redis_close(Redis *redis);
bool redis_up(const Redis *redis);

/* Parks at most 100 ms; p = NULL when there is none (or Redis is down). The value is in the arena. */
Str redis_get(Redis *redis, Arena *arena, const char *key);
/* Does not wait. */
void redis_set(Redis *redis, const char *key, Str value, int seconds);
void redis_delete(Redis *redis, const char *key);
