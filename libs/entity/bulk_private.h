#pragma once

#include "entity/bulk.h"
#include "entity/idempotency.h"
#include "entity/write.h"

/* What the parts of a bulk request share. */

typedef struct Bulk Bulk;

typedef struct BulkItem {
        Bulk *bulk;
        const struct Cauce__BulkOperation *in;
        unsigned position; /* in what was sent */
        struct Cauce__BulkResult *result;
        WriteOnce once;
        Write write;
        PgRows *rows; /* of its statement, when that was committed with others' */
} BulkItem;

struct Bulk {
        Req *rq;
        const ModuleRuntime *module;
        unsigned n;
        BulkItem *items;
        OnceParts parts;
        unsigned deletes, duplicates;
        void (*one)(BulkItem *item);
        unsigned next, tasks; /* of bulk_each */
        Task *owner;
        size_t current; /* bytes of records told with refusals */
        /* Of an atomic one: */
        const BulkItem *refused; /* of the lowest position, NULL = none */
        Req why;
};

/* Runs bulk->one for every item, some at a time, until all are through. */
void bulk_each(Bulk *bulk);
/* Runs body for the item as a request of its own: like the outer one, but in its arena. */
bool bulk_run(Req *inner, Arena *arena, BulkItem *item, void (*body)(Req *rq, void *arg));
/* What the item is before its statement; checks all rights. */
void bulk_prepare(Req *inner, BulkItem *item);
/* Problems of an item point to it. */
void bulk_point(Req *inner, const BulkItem *item);
void bulk_result(BulkItem *item, const Uuid *id, int64_t version, bool replayed);

/* bulk_atomic.c */
void bulk_atomic(Bulk *bulk);
