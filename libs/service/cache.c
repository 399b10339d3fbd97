/* Slots by the key's first bytes in front of Redis. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/cache.h"
#include "service/redis.h"

#define SLOTS    8192
#define LOCAL_US INT64_C(1000000)

typedef struct Slot {
        uint8_t key[CACHE_KEY];
        int64_t until; /* monotonic */
        char *value;   /* heap; NULL = empty */
        size_t len;
} Slot;

struct Cache {
        Redis *redis;
        const char *prefix;
        Slot slots[SLOTS];
};

Cache *cache_new(Loop *loop, const char *redis, const char *prefix)
{
        Cache *cache = calloc(1, sizeof *cache);

        if (!cache)
                abort();
        cache->prefix = prefix;
        cache->redis = redis_open(loop, redis);
        return cache;
}

static void slot_clear(Slot *slot)
{
        free(slot->value);
        *slot = (Slot){};
}

Cache *cache_free(Cache *cache)
{
        for (unsigned i = 0; cache && i < SLOTS; i++)
                slot_clear(&cache->slots[i]);
        if (cache)
                redis_close(cache->redis);
        free(cache);
        return NULL;
}

bool cache_remote_up(const Cache *cache)
{
        return redis_up(cache->redis);
}

static Slot *slot_of(Cache *cache, const uint8_t *key)
{
        uint32_t n;

        memcpy(&n, key, sizeof n);
        return &cache->slots[n % SLOTS];
}

static void remote_key(const Cache *cache, const uint8_t *key, char *ret, size_t size)
{
        char hex[CACHE_KEY * 2 + 1];

        (void)sodium_bin2hex(hex, sizeof hex, key, CACHE_KEY);
        (void)snprintf(ret, size, "%s:%s", cache->prefix, hex);
}

static void put_local(Cache *cache, const uint8_t *key, Str value)
{
        Slot *slot = slot_of(cache, key);

        slot_clear(slot);
        *slot = (Slot){
                .until = clock_monotonic() + LOCAL_US, .value = malloc(value.len + 1), .len = value.len};
        if (!slot->value)
                abort();
        memcpy(slot->value, value.p, value.len);
        memcpy(slot->key, key, CACHE_KEY);
}

Str cache_get(Cache *cache, Arena *arena, const uint8_t key[static CACHE_KEY])
{
        const Slot *slot = slot_of(cache, key);
        char name[128];

        if (slot->value && slot->until > clock_monotonic() && sodium_memcmp(slot->key, key, CACHE_KEY) == 0)
                return (Str){arena_memdup(arena, slot->value, slot->len), slot->len};
        remote_key(cache, key, name, sizeof name);
        Str value = redis_get(cache->redis, arena, name);
        if (value.p)
                put_local(cache, key, value);
        return value;
}

void cache_put(Cache *cache, const uint8_t key[static CACHE_KEY], Str value, int seconds)
{
        char name[128];

        remote_key(cache, key, name, sizeof name);
        put_local(cache, key, value);
        redis_set(cache->redis, name, value, seconds);
}

void cache_drop(Cache *cache, const uint8_t key[static CACHE_KEY])
{
        Slot *slot = slot_of(cache, key);
        char name[128];

        if (slot->value && memcmp(slot->key, key, CACHE_KEY) == 0)
                slot_clear(slot);
        remote_key(cache, key, name, sizeof name);
        redis_delete(cache->redis, name);
}
