/* Calls to other services: the request's context and deadline go along, a refusal ends the caller's request
 * too. */
#include "entity/call.h"
#include "entity.pb-c.h"
#include "entity/verbs.h"

static void note_problem(Req *rq, const Cauce__Problem *problem)
{
        const char *args[REQ_ARGS_MAX + 1] = {NULL};
        MsgCode code = msg_code(problem->code ? problem->code : "");

        for (size_t i = 0; i < problem->n_args && i < REQ_ARGS_MAX; i++)
                args[i] = problem->args[i];
        req_note_at(rq, code < MSG_MAX ? code : MSG_INTERNAL, problem->field, args);
}

void req_told(Req *rq, const Cauce__Problem *problem)
{
        rq->n_problems = 0;
        rq->version = problem->version;
        rq->current = (Str){(const char *)problem->current.data, problem->current.len};
        if (problem->n_errors == 0)
                note_problem(rq, problem);
        for (size_t i = 0; i < problem->n_errors; i++)
                note_problem(rq, problem->errors[i]);
}

void req_refused(Req *rq, const BusReply *reply)
{
        const Cauce__Problem *problem = cauce__problem__unpack(
                (ProtobufCAllocator *)arena_protobuf(rq->arena), reply->len, reply->data);

        if (!problem)
                req_fault(rq, reply->code, "unreadable problem");
        req_told(rq, problem);
        req_check(rq);
}

Str req_ask(Req *rq, const char *subject, Str in, bool writes)
{
        BusReply reply;

        switch (bus_call(rq->entity->bus, rq->arena, &rq->context, subject, in.p, in.len, &reply)) {
        case 0:
                break;
        case BUS_E_TIMEOUT:
                if (writes)
                        req_fail(rq, OUTCOME_UNKNOWN, NULL, NULL);
                req_fail(rq, TIMEOUT, NULL, NULL);
        case BUS_E_NO_RESPONDERS:
        case BUS_E_DOWN:
                req_fail(rq, UNAVAILABLE, NULL, NULL);
        default:
                req_fault(rq, -1, subject);
        }
        if (reply.code != 0)
                req_refused(rq, &reply);
        return (Str){(const char *)reply.data, reply.len};
}

const void *req_call(Req *rq, const Method *method, const ProtobufCMessage *in)
{
        const char *subject = req_printf(rq, "rpc.%s.%s", method->service, method->name);

        return req_unpack(rq, method->reply->descriptor, req_ask(rq, subject, req_pack(rq, in), true));
}
