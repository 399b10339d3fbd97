/* Bulk requests: their operations as requests of their own, some at a time. */
#include "entity/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/bulk_private.h"
#include "entity/sent.h"

#define WAIT_US     INT64_C(5000000) /* for a place */
#define LOOK_US     INT64_C(5000)
#define CURRENT_MAX ((size_t)1 << 20) /* of all records told with refusals */

/* ---- some at a time ---- */

static void work(Bulk *bulk)
{
        while (bulk->next < bulk->n && !bulk->refused) {
                BulkItem *item = &bulk->items[bulk->next++];
                bulk->one(item);
        }
}

static void work_task(void *arg)
{
        Bulk *bulk = arg;

        work(bulk);
        if (--bulk->tasks == 0)
                task_wake(bulk->owner);
}

void bulk_each(Bulk *bulk)
{
        Loop *loop = bulk->rq->entity->loop;

        bulk->owner = task_self();
        while (bulk->tasks + 1 < BULK_TASKS && bulk->tasks + 1 < bulk->n) {
                if (task_spawn(loop, work_task, bulk, NULL) != 0)
                        break; /* many requests: this one goes on with fewer */
                bulk->tasks++;
        }
        work(bulk);
        while (bulk->tasks > 0)
                task_park();
}

/* ---- one ---- */

bool bulk_run(Req *inner, Arena *arena, BulkItem *item, void (*body)(Req *rq, void *arg))
{
        const Req *rq = item->bulk->rq;

        return req_run(inner, arena, rq->entity, &rq->context, body, item);
}

/* Several at once need a right of their own. */
static void check_mass(Req *inner, const BulkItem *item)
{
        const Bulk *bulk = item->bulk;

        if (item->in->op == CAUCE__BULK_OP__BULK_OP_DELETE && bulk->deletes > 1)
                access_check(inner, bulk->module, ACCESS_MASS_DELETE);
        if (item->in->op == CAUCE__BULK_OP__BULK_OP_DUPLICATE && bulk->duplicates > 1)
                access_check(inner, bulk->module, ACCESS_MASS_DUPLICATE);
}

void bulk_prepare(Req *inner, BulkItem *item)
{
        const Bulk *bulk = item->bulk;

        inner->now = bulk->rq->now;
        inner->principal = bulk->rq->principal;
        if (bulk->rq->once) {
                item->once = *bulk->rq->once;
                item->once.part = (int32_t)item->position + 1;
                inner->once = &item->once;
        }
        sent_prepare(inner, bulk->module, item->in, &item->write);
        check_mass(inner, item);
}

void bulk_point(Req *inner, const BulkItem *item)
{
        for (unsigned i = 0; i < inner->n_problems; i++) {
                const char *field = inner->problems[i].field;
                if (!field)
                        field = "";
                else if (streq(field, "If-Match"))
                        field = "/version";
                else if (field[0] == '/')
                        field = req_printf(inner, "/record%s", field);
                else
                        continue;
                inner->problems[i].field = req_printf(inner, "/operations/%u%s", item->position, field);
        }
}

static uint32_t status_of(const BulkItem *item)
{
        switch (item->in->op) {
        case CAUCE__BULK_OP__BULK_OP_CREATE:
        case CAUCE__BULK_OP__BULK_OP_DUPLICATE:
                return 201;
        case CAUCE__BULK_OP__BULK_OP_DELETE:
                return 204;
        default:
                return 200;
        }
}

void bulk_result(BulkItem *item, const Uuid *id, int64_t version, bool replayed)
{
        Cauce__BulkResult *result = item->result;

        result->has_status = result->has_version = true;
        result->status = status_of(item);
        result->version = version;
        record_set_uuid(item->bulk->rq->arena, &result->id, &result->has_id, id);
        result->has_replayed = result->replayed = replayed;
}

/* What the key did before: answered without a look at anything else. */
static bool replay(BulkItem *item)
{
        const OnceParts *parts = &item->bulk->parts;

        if (!parts->done[item->position])
                return false;
        bulk_result(item, &parts->records[item->position], parts->versions[item->position], true);
        return true;
}

/* ---- each by itself ---- */

static void single_body(Req *rq, void *arg)
{
        BulkItem *item = arg;

        bulk_prepare(rq, item);
        write_save(rq, &item->write);
}

/* The same request, sent twice at once: the other one did it. */
static void race_body(Req *rq, void *arg)
{
        BulkItem *item = arg;
        int64_t version;
        Uuid id;

        if (!item->bulk->rq->once || !once_done(rq, &item->once, &id, &version))
                req_fail(rq, NOT_FOUND, NULL, NULL);
        bulk_result(item, &id, version, true);
}

static void refuse(BulkItem *item, Req *inner)
{
        Bulk *bulk = item->bulk;
        int status;

        bulk_point(inner, item);
        bulk->current += inner->current.len;
        if (bulk->current > CURRENT_MAX)
                inner->current = (Str){};
        Cauce__Problem *problem = req_problem(inner, &status);
        size_t len = cauce__problem__get_packed_size(problem);
        uint8_t *data = arena_raw(bulk->rq->arena, len + 1);
        (void)cauce__problem__pack(problem, data);
        item->result->problem =
                cauce__problem__unpack((ProtobufCAllocator *)arena_protobuf(bulk->rq->arena), len, data);
        item->result->has_status = true;
        item->result->status = (uint32_t)status;
}

static void single(BulkItem *item)
{
        Arena *arena;
        Req inner, race;

        if (replay(item))
                return;
        arena = arena_new();
        if (bulk_run(&inner, arena, item, single_body))
                bulk_result(item, &item->write.id, record_head(item->write.change.after)->version, false);
        else if (!item->bulk->rq->once || !bulk_run(&race, arena, item, race_body))
                refuse(item, &inner);
        (void)arena_free(arena);
}

/* ---- the request ---- */

static void on_end(void *entity)
{
        ((Entity *)entity)->bulks--;
}

static void enter(Req *rq)
{
        int64_t until = clock_monotonic() + WAIT_US;

        while (rq->entity->bulks >= BULKS_MAX) {
                if (clock_monotonic() > until)
                        req_fail(rq, BUSY, NULL, NULL);
                task_sleep(LOOK_US);
        }
        rq->entity->bulks++;
        arena_cleanup(rq->arena, on_end, rq->entity);
}

typedef struct Named {
        Uuid id;
        unsigned position;
} Named;

static int by_id(const void *a, const void *b)
{
        const Named *x = a, *y = b;
        int order = uuid_compare(&x->id, &y->id);

        return order ? order : (x->position > y->position) - (x->position < y->position);
}

/* Changing a record twice in one request would depend on an order that there is not. */
static void check_once_each(Bulk *bulk)
{
        Named *named = arena_array(bulk->rq->arena, bulk->n, sizeof *named);
        unsigned n = 0;

        for (unsigned i = 0; i < bulk->n; i++) {
                const Cauce__BulkOperation *in = bulk->items[i].in;
                if (in->op == CAUCE__BULK_OP__BULK_OP_DUPLICATE || in->op == CAUCE__BULK_OP__BULK_OP_CREATE ||
                        in->id.len != sizeof(Uuid))
                        continue;
                memcpy(&named[n].id, in->id.data, sizeof(Uuid));
                named[n++].position = bulk->items[i].position;
        }
        qsort(named, n, sizeof *named, by_id);
        for (unsigned i = 1; i < n; i++)
                if (uuid_compare(&named[i - 1].id, &named[i].id) == 0)
                        req_note(bulk->rq, ONCE_EACH,
                                req_printf(bulk->rq, "/operations/%u/id", named[i].position), NULL);
        req_check(bulk->rq);
}

static void read_items(Bulk *bulk, const Cauce__BulkRequest *in, Cauce__BulkReply *ret)
{
        Arena *arena = bulk->rq->arena;

        bulk->items = arena_array(arena, bulk->n, sizeof *bulk->items);
        ret->results = arena_array(arena, bulk->n, sizeof *ret->results);
        ret->n_results = bulk->n;
        for (unsigned i = 0; i < bulk->n; i++) {
                const Cauce__BulkOperation *one = in->operations[i];
                Cauce__BulkResult *result = arena_alloc(arena, sizeof *result);
                cauce__bulk_result__init(result);
                ret->results[i] = result;
                bulk->items[i] = (BulkItem){.bulk = bulk,
                        .in = one,
                        .position = one->has_position ? one->position : i,
                        .result = result};
                if (bulk->items[i].position >= BULK_MAX)
                        req_fail(bulk->rq, BAD_REQUEST, "/operations", "position");
                bulk->deletes += one->op == CAUCE__BULK_OP__BULK_OP_DELETE;
                bulk->duplicates += one->op == CAUCE__BULK_OP__BULK_OP_DUPLICATE;
        }
}

void entity_bulk(Req *rq, const ModuleRuntime *module, const Cauce__BulkRequest *in, Cauce__BulkReply *ret)
{
        Bulk *bulk = arena_alloc(rq->arena, sizeof *bulk);

        access_check(rq, module, ACCESS_SEE);
        if (in->n_operations == 0)
                req_fail(rq, REQUIRED, "/operations", NULL);
        if (in->n_operations > BULK_MAX)
                req_fail(rq, TOO_LONG, "/operations", "1000");
        enter(rq);
        *bulk = (Bulk){.rq = rq, .module = module, .n = (unsigned)in->n_operations, .one = single};
        read_items(bulk, in, ret);
        check_once_each(bulk);
        bulk->parts = once_parts(rq, BULK_MAX);
        if (in->atomic)
                bulk_atomic(bulk);
        else
                bulk_each(bulk);
}
