/* Records that the system itself makes, changes and deletes on behalf of a request, whatever the asking
 * person may do with that module. */
#include "entity/record.h"
#include "entity/write.h"
#include "identity.h"

#define DELETE_TRIES 3

typedef struct Work {
        const char *module;
        const Uuid *id;
        const ProtobufCMessage *before;
        ProtobufCMessage *record;
} Work;

static bool try_as_system(Req *rq, Req *inner, void (*body)(Req *rq, void *arg), Work *work)
{
        CallContext context = rq->context;

        context.idempotency_key = NULL; /* it is the outer request's */
        return req_run_system(inner, rq->arena, rq->entity, &context, body, work);
}

static void as_system(Req *rq, void (*body)(Req *rq, void *arg), Work *work)
{
        Req inner;

        if (!try_as_system(rq, &inner, body, work))
                req_fail_as(rq, &inner);
}

static void create(Req *rq, void *arg)
{
        Work *work = arg;
        bool replayed;

        work->record =
                entity_create(rq, runtime_module(rq->entity, str_of(work->module)), work->record, &replayed);
}

static void update(Req *rq, void *arg)
{
        Work *work = arg;

        work->record = entity_update(
                rq, runtime_module(rq->entity, str_of(work->module)), work->before, work->record);
}

static void load(Req *rq, void *arg)
{
        Work *work = arg;

        work->record = entity_load(rq, runtime_module(rq->entity, str_of(work->module)), work->id, false);
}

static void delete_now(Req *rq, void *arg)
{
        Work *work = arg;
        const ModuleRuntime *module = runtime_module(rq->entity, str_of(work->module));

        work->before = entity_load(rq, module, work->id, false);
        entity_delete(rq, module, work->id, record_head(work->before)->version);
}

ProtobufCMessage *system_create(Req *rq, const char *module, ProtobufCMessage *record)
{
        Work work = {.module = module, .record = record};

        as_system(rq, create, &work);
        return work.record;
}

ProtobufCMessage *system_update(
        Req *rq, const char *module, const ProtobufCMessage *before, ProtobufCMessage *after)
{
        Work work = {.module = module, .before = before, .record = after};

        as_system(rq, update, &work);
        return work.record;
}

ProtobufCMessage *system_load(Req *rq, const char *module, const Uuid *id)
{
        Work work = {.module = module, .id = id};

        as_system(rq, load, &work);
        return work.record;
}

const ProtobufCMessage *system_delete(Req *rq, const char *module, const Uuid *id)
{
        Work work = {.module = module, .id = id};
        Req inner;

        for (int tries = 1;; tries++) {
                if (try_as_system(rq, &inner, delete_now, &work))
                        return work.before;
                if (inner.problems[0].code == MSG_NOT_FOUND)
                        return NULL;
                if (inner.problems[0].code != MSG_STALE || tries == DELETE_TRIES)
                        req_fail_as(rq, &inner);
        }
}
