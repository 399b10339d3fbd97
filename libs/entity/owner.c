/* Asking the owner of a record: get, visible. */
#include "entity/owner.h"
#include "entity.pb-c.h"
#include "entity/record.h"
#include "entity/verbs.h"

#define ASK_US INT64_C(1000000) /* an owner that is away must not hold the asker up */

static const char *label_of(Arena *arena, const Module *module, const BusReply *reply)
{
        const Cauce__RecordReply *got = cauce__record_reply__unpack(
                (ProtobufCAllocator *)arena_protobuf(arena), reply->len, reply->data);
        const ProtobufCMessage *record =
                got ? record_unpack(arena, module->message, got->record.data, got->record.len) : NULL;

        return record ? record_head(record)->label : NULL;
}

bool owner_is_self(const Req *rq, const char *module)
{
        const Module *meta = module_by_key(module);

        return meta && streq(meta->service, rq->entity->service_name);
}

static int ask(Req *rq, const char *module, const char *verb, const ProtobufCMessage *in, BusReply *ret)
{
        Str packed = req_pack(rq, in);
        const char *subject = req_printf(rq, "rpc.%s.%s", module, verb);
        CallContext context = rq->context;
        int64_t soon = clock_realtime() + ASK_US;

        if (!context.deadline || context.deadline > soon)
                context.deadline = soon;
        return bus_call(rq->entity->bus, rq->arena, &context, subject, packed.p, packed.len, ret);
}

int owner_label(Req *rq, const char *module, const Uuid *id, const char **ret_label)
{
        const Module *meta = module_by_key(module);
        Cauce__GetRequest get = CAUCE__GET_REQUEST__INIT;
        BusReply reply;

        if (!meta)
                return OWNER_HAS_NOT;
        get.has_id = get.has_plain = get.plain = true;
        get.id = (ProtobufCBinaryData){sizeof *id, arena_memdup(rq->arena, id, sizeof *id)};
        if (ask(rq, module, "get", &get.base, &reply) != 0)
                return OWNER_AWAY;
        if (reply.code != 0)
                return reply.code >= 500 ? OWNER_AWAY : OWNER_HAS_NOT;
        *ret_label = label_of(rq->arena, meta, &reply);
        return *ret_label ? 0 : OWNER_HAS_NOT;
}

int owner_visible(Req *rq, const char *module, const Cauce__VisibleRequest *in, Cauce__VisibleReply *ret)
{
        BusReply reply;

        if (ask(rq, module, "visible", &in->base, &reply) != 0 || reply.code >= 500)
                return OWNER_AWAY;
        if (reply.code != 0)
                return 0; /* nothing of that module is */
        const Cauce__VisibleReply *got = cauce__visible_reply__unpack(
                (ProtobufCAllocator *)arena_protobuf(rq->arena), reply.len, reply.data);
        if (!got)
                return OWNER_AWAY;
        *ret = *got;
        return 0;
}
