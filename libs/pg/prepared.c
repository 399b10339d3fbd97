/* The cache of one connection's prepared statements: see prepared.h. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "pg/heap.h"
#include "pg/prepared.h"

void pgprepared_init(PreparedCache *cache)
{
        *cache = (PreparedCache){};
        TAILQ_INIT(&cache->used);
        TAILQ_INIT(&cache->dropped);
}

static void free_all(struct PreparedList *list)
{
        Prepared *prepared;

        while ((prepared = TAILQ_FIRST(list))) {
                assert(prepared->refs == 0);
                TAILQ_REMOVE(list, prepared, used);
                free(prepared);
        }
}

void pgprepared_done(PreparedCache *cache)
{
        free_all(&cache->used);
        free_all(&cache->dropped);
        pgprepared_init(cache);
}

/* Eight bytes at a time: statements are a kilobyte long and looked up at every call. */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
        const char *at = data;
        uint64_t word = 0;

        for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
                memcpy(&word, at, sizeof word);
                hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
                hash ^= hash >> 32;
        }
        word = 0;
        memcpy(&word, at, len);
        hash = (hash ^ word ^ len) * UINT64_C(0x9e3779b97f4a7c15);
        return hash ^ hash >> 29;
}

static Prepared *lookup(
        PreparedCache *cache, uint64_t hash, const char *sql, unsigned n_types, const uint32_t *types)
{
        Prepared *prepared;

        LIST_FOREACH(prepared, &cache->buckets[hash % PREPARED_BUCKETS], bucket)
        if (prepared->hash == hash && prepared->n_types == n_types && strcmp(prepared->sql, sql) == 0 &&
                memcmp(prepared->types, types, n_types * sizeof *types) == 0)
                return prepared;
        return NULL;
}

static Prepared *add(PreparedCache *cache, uint64_t hash, const char *sql, size_t len, unsigned n_types,
        const uint32_t *types)
{
        size_t types_size = n_types * sizeof *types;
        Prepared *prepared = heap_new(sizeof *prepared + types_size + len + 1);

        prepared->hash = hash;
        prepared->n_types = n_types;
        prepared->types = (uint32_t *)(prepared + 1);
        memcpy(prepared->types, types, types_size);
        prepared->sql = (char *)(prepared + 1) + types_size;
        memcpy(prepared->sql, sql, len);
        (void)snprintf(prepared->name, sizeof prepared->name, "s%u", ++cache->serial);
        LIST_INSERT_HEAD(&cache->buckets[hash % PREPARED_BUCKETS], prepared, bucket);
        TAILQ_INSERT_HEAD(&cache->used, prepared, used);
        cache->n++;
        return prepared;
}

static void make_room(PreparedCache *cache)
{
        Prepared *prepared;

        if (cache->n < PREPARED_MAX)
                return;
        TAILQ_FOREACH_REVERSE(prepared, &cache->used, PreparedList, used)
        if (prepared->refs == 0) {
                pgprepared_drop(cache, prepared);
                return;
        }
}

Prepared *pgprepared_get(
        PreparedCache *cache, const char *sql, unsigned n_types, const uint32_t *types, bool *ret_fresh)
{
        static const uint32_t none[1];
        size_t len = strlen(sql);
        uint64_t hash;
        Prepared *prepared;

        if (n_types == 0)
                types = none;
        hash = hash_bytes(hash_bytes(n_types, sql, len), types, n_types * sizeof *types);
        prepared = lookup(cache, hash, sql, n_types, types);
        *ret_fresh = !prepared;
        if (prepared) {
                TAILQ_REMOVE(&cache->used, prepared, used);
                TAILQ_INSERT_HEAD(&cache->used, prepared, used);
        } else {
                make_room(cache);
                prepared = add(cache, hash, sql, len, n_types, types);
        }
        prepared->refs++;
        return prepared;
}

/* Out of the list of those dropped once nobody uses it, unless PostgreSQL has to be told. */
static void settle_dropped(PreparedCache *cache, Prepared *prepared)
{
        if (!prepared->dropped || prepared->refs || prepared->ready)
                return;
        TAILQ_REMOVE(&cache->dropped, prepared, used);
        free(prepared);
}

void pgprepared_release(PreparedCache *cache, Prepared *prepared)
{
        prepared->refs--;
        settle_dropped(cache, prepared);
}

void pgprepared_drop(PreparedCache *cache, Prepared *prepared)
{
        if (prepared->dropped)
                return;
        prepared->dropped = true;
        LIST_REMOVE(prepared, bucket);
        TAILQ_REMOVE(&cache->used, prepared, used);
        TAILQ_INSERT_TAIL(&cache->dropped, prepared, used);
        cache->n--;
        settle_dropped(cache, prepared);
}

bool pgprepared_take_dropped(PreparedCache *cache, char ret_name[static 16])
{
        Prepared *prepared;

        TAILQ_FOREACH(prepared, &cache->dropped, used)
        if (prepared->refs == 0) {
                memcpy(ret_name, prepared->name, sizeof prepared->name);
                prepared->ready = false;
                settle_dropped(cache, prepared);
                return true;
        }
        return false;
}
