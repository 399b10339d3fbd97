#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* The prepared statements of one connection, known by text and parameter types, the least recently used one
 * given up when there are PREPARED_MAX. What PostgreSQL still holds of those given up stands in a list until
 * the pipeline deallocates it. Private to libs/pg. */

#define PREPARED_MAX 200

typedef struct Prepared {
        TAILQ_ENTRY(Prepared) used; /* in PreparedCache.used or .dropped */
        LIST_ENTRY(Prepared) bucket;
        uint64_t hash;
        unsigned refs; /* steps under way with it */
        bool ready;    /* PostgreSQL has said that it holds it */
        bool dropped;
        unsigned n_types;
        uint32_t *types;
        char name[16];
        char *sql;
} Prepared;

#define PREPARED_BUCKETS 256
typedef struct PreparedCache {
        LIST_HEAD(, Prepared) buckets[PREPARED_BUCKETS];
        TAILQ_HEAD(PreparedList, Prepared) used; /* last used first */
        struct PreparedList dropped;
        unsigned n, serial;
} PreparedCache;

void pgprepared_init(PreparedCache *cache);
/* Forgets everything; no reference may be left. */
void pgprepared_done(PreparedCache *cache);
/* The statement, with a reference taken. *ret_fresh = the caller has to prepare it under its name first. */
Prepared *pgprepared_get(
        PreparedCache *cache, const char *sql, unsigned n_types, const uint32_t *types, bool *ret_fresh);
void pgprepared_release(PreparedCache *cache, Prepared *prepared);
/* It is not to be used again: preparing it failed, or it went stale. */
void pgprepared_drop(PreparedCache *cache, Prepared *prepared);
/* Takes one that has to be deallocated out of the list: writes its name. false = there is none. */
bool pgprepared_take_dropped(PreparedCache *cache, char ret_name[static 16]);
