/* rpc.<service>.<module>.<verb> and rpc.<service>.<method>: to the entity layer or to a handler of services/.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "entity/events.h"
#include "entity/principal.h"
#include "entity/service_table.h"
#include "entity/service_verbs.h"
#include "entity/verbs.h"
#include "service/dispatch.h"

typedef struct Call {
        Str in, reply;
        Str module, verb; /* of a standard verb; module empty for a method */
        bool found;
} Call;

/* The rest of the subject after "rpc.<service>.", split at its last dot. */
static void call_parse(const Entity *entity, const char *subject, Call *call)
{
        size_t skip = strlen("rpc.") + strlen(entity->service_name) + 1;
        Str rest = str_of(strlen(subject) > skip ? subject + skip : "");
        const char *dot = memchr(rest.p, '.', rest.len);

        call->verb = rest;
        if (dot) {
                call->module = (Str){rest.p, (size_t)(dot - rest.p)};
                call->verb = (Str){dot + 1, rest.len - call->module.len - 1};
        }
}

/* What has an HTTP address is for people who are signed in, unless it says otherwise; the rest is asked by
 * daemons. */
static void check_asker(Req *rq, const Method *method)
{
        if (!method->http_path || method->anonymous)
                return;
        (void)principal_of(rq);
        if (rq->context.key && !method->keys)
                req_fail(rq, FORBIDDEN_KEY, NULL, NULL);
}

static void run_method(Req *rq, Call *call)
{
        const ServiceTable *service = rq->entity->service;

        for (unsigned i = 0; i < service->n_methods; i++) {
                const MethodHandler *handler = &service->methods[i];
                if (!str_is(call->verb, handler->method->name))
                        continue;
                call->found = true;
                check_asker(rq, handler->method);
                const ProtobufCMessageDescriptor *descriptor = handler->method->reply->descriptor;
                ProtobufCMessage *reply = arena_alloc(rq->arena, descriptor->sizeof_message);
                protobuf_c_message_init(descriptor, reply);
                handler->handle(rq, req_unpack(rq, handler->method->request->descriptor, call->in), reply);
                call->reply = req_pack(rq, reply);
                return;
        }
}

static void run_call(Req *rq, void *arg)
{
        Call *call = arg;

        if (call->module.len > 0) {
                call->found = entity_verb(rq, call->module, call->verb, call->in, &call->reply);
        } else {
                call->found = entity_service_verb(rq, call->verb, call->in, &call->reply);
                if (!call->found)
                        run_method(rq, call);
        }
        if (!call->found)
                req_fail(rq, NOT_FOUND, NULL, NULL);
}

static int refuse(Bus *bus, BusRequest *request, Req *rq, int64_t us)
{
        const void *problem;
        size_t len;
        int status;
        const char *key;

        req_pack_problem(rq, &problem, &len, &status, &key);
        if (status >= 500)
                log_error(request->context.trace, "request failed", KV("subject", request->subject),
                        KV("code", key), KV("fault", rq->fault), KV("cause", rq->cause ? rq->cause : ""),
                        KV("where", rq->where ? rq->where : ""), KV("us", us));
        bus_reply_error(bus, request, status, key, problem, len);
        return status;
}

/* The event side answers its own: it paces itself by the snapshot, not by the request. */
static bool answer_events(Dispatch *dispatch, BusRequest *request, const Call *call)
{
        Entity *entity = dispatch->entity;

        if (call->module.len == 0 && str_is(call->verb, "events")) {
                events_answer(entity, request);
                return true;
        }
        for (unsigned i = 0; str_is(call->verb, "scan") && i < entity->service->n_modules; i++)
                if (str_is(call->module, entity->service->modules[i].module->name)) {
                        scan_answer(entity, request, entity->service->modules[i].module);
                        return true;
                }
        return false;
}

/* ---- slow SQL ---- */

#define SQL_SHOWN 600

static uint64_t n_slow;

void dispatch_slow(const char *sql, int64_t us)
{
        const BusRequest *request = *task_slot(TASK_SLOT_SERVICE);
        char text[SQL_SHOWN];

        n_slow++;
        (void)snprintf(text, sizeof text, "%s", sql);
        log_warn(request ? request->context.trace : NULL, "slow statement",
                KV("subject", request ? request->subject : ""), KV("us", us), KV("sql", text));
}

uint64_t dispatch_slow_count(void)
{
        return n_slow;
}

/* ---- the boundary ---- */

void dispatch_request(Bus *bus, BusRequest *request)
{
        Dispatch *dispatch = request->arg;
        Call call = {.in = {(const char *)request->data, request->len}};
        int64_t began = clock_monotonic();
        int status = 200;
        Req rq;

        call_parse(dispatch->entity, request->subject, &call);
        if (answer_events(dispatch, request, &call))
                return;
        *task_slot(TASK_SLOT_SERVICE) = request;
        if (req_run(&rq, request->arena, dispatch->entity, &request->context, run_call, &call))
                bus_reply(bus, request, call.reply.p, call.reply.len);
        else
                status = refuse(bus, request, &rq, clock_monotonic() - began);
        *task_slot(TASK_SLOT_SERVICE) = NULL;
        log_debug(request->context.trace, "request", KV("subject", request->subject), KV("status", status),
                KV("us", clock_monotonic() - began));
        if (!call.found)
                return; /* a name from outside is no metric */
        Str name = call.module.len ? (Str){call.module.p, call.module.len + 1 + call.verb.len} : call.verb;
        timings_add(&dispatch->timings, name, status, clock_monotonic() - began);
}
