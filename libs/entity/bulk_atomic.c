/* A bulk request that is done whole or not at all: all checks first, in tasks; then one transaction, whose
 * statements are those of single writes, guarded, in the order of the records' ids. */
#include <stdlib.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/bulk_private.h"
#include "entity/events.h"

#define MOST_US INT64_C(1900000)

/* ---- the checks ---- */

static void prepare_body(Req *rq, void *arg)
{
        bulk_prepare(rq, arg);
}

static void refuse(BulkItem *item, const Req *inner)
{
        Bulk *bulk = item->bulk;

        if (bulk->refused && bulk->refused->position < item->position)
                return;
        bulk->refused = item;
        bulk->why = *inner;
}

static void prepare(BulkItem *item)
{
        Req inner;

        if (!bulk_run(&inner, item->bulk->rq->arena, item, prepare_body))
                refuse(item, &inner);
}

static void check_refused(Bulk *bulk)
{
        if (!bulk->refused)
                return;
        bulk_point(&bulk->why, bulk->refused);
        req_fail_as(bulk->rq, &bulk->why);
}

/* ---- the transaction ---- */

static int by_id(const void *a, const void *b)
{
        const BulkItem *x = *(BulkItem *const *)a, *y = *(BulkItem *const *)b;

        return memcmp(x->write.id.b, y->write.id.b, sizeof x->write.id.b);
}

typedef struct Batch {
        unsigned n, failed;
        BulkItem **items;
        PgStmt *stmts;
        PgRows **rows;
} Batch;

static Batch batch_of(const Bulk *bulk)
{
        Arena *arena = bulk->rq->arena;
        Batch batch = {.items = arena_array(arena, bulk->n, sizeof *batch.items),
                .stmts = arena_array(arena, bulk->n, sizeof *batch.stmts),
                .rows = arena_array(arena, bulk->n, sizeof *batch.rows)};

        for (unsigned i = 0; i < bulk->n; i++)
                if (bulk->items[i].write.stmt.sql)
                        batch.items[batch.n++] = &bulk->items[i];
        qsort(batch.items, batch.n, sizeof *batch.items, by_id);
        for (unsigned i = 0; i < batch.n; i++)
                batch.stmts[i] = batch.items[i]->write.stmt;
        return batch;
}

/* The refused one of the lowest position; NULL = none. */
static BulkItem *refused_of(const Batch *batch)
{
        BulkItem *refused = NULL;

        for (unsigned i = 0; i < batch->n; i++)
                if (pg_rows(batch->rows[i]) == 0 &&
                        (!refused || batch->items[i]->position < refused->position))
                        refused = batch->items[i];
        return refused;
}

/* Everything was done by this key before: in this transaction or in none. */
static bool replay(Bulk *bulk)
{
        if (bulk->parts.n == 0)
                return false;
        for (unsigned i = 0; i < bulk->n; i++) {
                BulkItem *item = &bulk->items[i];
                unsigned at = item->position;
                Uuid id = {};
                if (bulk->parts.done[at])
                        bulk_result(item, &bulk->parts.records[at], bulk->parts.versions[at], true);
                else { /* there was nothing to change */
                        if (item->in->id.len == sizeof id)
                                memcpy(&id, item->in->id.data, sizeof id);
                        bulk_result(item, &id, item->in->version, true);
                }
        }
        return true;
}

typedef struct Refusal {
        const BulkItem *item;
        int code;
} Refusal;

static void refusal_body(Req *rq, void *arg)
{
        const Refusal *refusal = arg;

        write_refused(rq, &refusal->item->write, refusal->code);
}

/* True: the same request was sent twice at once, and the other one did it. */
static bool refused(Bulk *bulk, BulkItem *item, int code)
{
        Refusal refusal = {item, code};
        Req *rq = bulk->rq, inner;

        bool known = req_run(&inner, rq->arena, rq->entity, &rq->context, refusal_body, &refusal);
        if (rq->once) {
                bulk->parts = once_parts(rq, BULK_MAX);
                if (replay(bulk))
                        return true;
        }
        if (!known)
                refuse(item, &inner);
        check_refused(bulk);
        req_fail(rq, CONFLICT, NULL, NULL);
}

static void done_body(Req *rq, void *arg)
{
        BulkItem *item = arg;

        rq->now = item->bulk->rq->now;
        write_done(rq, &item->write, item->rows);
}

/* What follows from each; it is committed, whatever comes of that. */
static void finish(Bulk *bulk, const Batch *batch)
{
        Req inner;

        for (unsigned i = 0; i < batch->n; i++) {
                batch->items[i]->rows = batch->rows[i];
                (void)bulk_run(&inner, bulk->rq->arena, batch->items[i], done_body);
        }
        for (unsigned i = 0; i < bulk->n; i++) {
                const Write *write = &bulk->items[i].write;
                bulk_result(&bulk->items[i], &write->id, record_head(write->change.after)->version, false);
        }
}

/* Nothing was done, and it may be tried again. */
static void busy(Req *rq, int code)
{
        if (code == PG_E_TIMEOUT)
                req_fail(rq, BUSY, NULL, NULL);
        req_pg(rq, code);
}

void bulk_atomic(Bulk *bulk)
{
        Req *rq = bulk->rq;
        PgTx *tx;

        if (replay(bulk))
                return;
        bulk->one = prepare;
        bulk_each(bulk);
        check_refused(bulk);
        Batch batch = batch_of(bulk);
        if (batch.n == 0) {
                finish(bulk, &batch);
                return;
        }
        busy(rq, pg_tx_begin(rq->entity->pg, rq->arena, rq->deadline, &tx));
        pg_tx_most(tx, MOST_US);
        int r = pg_tx_exec_all(tx, rq->arena, batch.stmts, batch.n, batch.rows, &batch.failed);
        BulkItem *item = r == 0                   ? refused_of(&batch)
                         : batch.failed < batch.n ? batch.items[batch.failed]
                                                  : NULL;
        if (item) {
                if (r == 0)
                        pg_tx_give_up(tx);
                if (refused(bulk, item, r))
                        return;
        }
        busy(rq, r);
        busy(rq, pg_tx_commit(tx));
        relay_poke(rq->entity);
        finish(bulk, &batch);
}
