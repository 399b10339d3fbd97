#pragma once

#include "base/loop.h"
#include "base/str.h"

/* A look-aside cache of small values by a 32-byte key: a second in own memory, then Redis (which may be
 * down). What it holds can always be asked for again elsewhere. */

#define CACHE_KEY 32

typedef struct Cache Cache;

/* `prefix` names the keys in Redis; `redis` is its socket, NULL or "" for none. Never NULL. */
Cache *cache_new(Loop *loop, const char *redis, const char *prefix);
Cache *cache_free(Cache *cache);
bool cache_remote_up(const Cache *cache);

/* p = NULL: neither has it. The value is in the arena. Parks when Redis is asked. */
Str cache_get(Cache *cache, Arena *arena, const uint8_t key[static CACHE_KEY]);
/* In own memory for a second, in Redis for `seconds`. */
void cache_put(Cache *cache, const uint8_t key[static CACHE_KEY], Str value, int seconds);
void cache_drop(Cache *cache, const uint8_t key[static CACHE_KEY]);
