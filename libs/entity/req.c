/* The request: how it fails, and how its failure is told. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"

static bool run(Req *rq, Arena *arena, Entity *entity, const CallContext *context, bool system,
        void (*body)(Req *rq, void *arg), void *arg)
{
        rq->arena = arena;
        rq->entity = entity;
        rq->context = *context;
        rq->system = system;
        rq->principal = NULL;
        rq->hides = NULL;
        rq->now = clock_realtime();
        rq->n_problems = 0;
        rq->job = (Uuid){};
        rq->once = NULL;
        rq->version = 0;
        rq->current = (Str){};
        rq->fault = 0;
        rq->cause = rq->where = NULL;
        int64_t left = context->deadline ? context->deadline - rq->now : INT64_C(10000000);
        rq->deadline = clock_monotonic() + left;
        if (setjmp(rq->escape))
                return false;
        body(rq, arg);
        return true;
}

bool req_run(Req *rq, Arena *arena, Entity *entity, const CallContext *context,
        void (*body)(Req *rq, void *arg), void *arg)
{
        return run(rq, arena, entity, context, false, body, arg);
}

bool req_run_system(Req *rq, Arena *arena, Entity *entity, const CallContext *context,
        void (*body)(Req *rq, void *arg), void *arg)
{
        return run(rq, arena, entity, context, true, body, arg);
}

void req_note_at(Req *rq, MsgCode code, const char *field, const char *const *args)
{
        if (rq->n_problems == REQ_PROBLEMS_MAX)
                return;
        ReqProblem *problem = &rq->problems[rq->n_problems++];
        if (rq->hides && field && code != MSG_FORBIDDEN_FIELD && access_hides(rq->hides, field)) {
                *problem = (ReqProblem){.code = MSG_HIDDEN_FIELD};
                return;
        }
        *problem = (ReqProblem){.code = code, .field = field ? arena_strdup(rq->arena, field) : NULL};
        for (unsigned i = 0; i < REQ_ARGS_MAX && args[i]; i++)
                problem->args[i] = arena_strdup(rq->arena, args[i]);
}

void req_fail_at(Req *rq, MsgCode code, const char *field, const char *const *args, const char *where)
{
        rq->n_problems = 0;
        rq->where = where;
        req_note_at(rq, code, field, args);
        longjmp(rq->escape, 1);
}

void req_check(Req *rq)
{
        if (rq->n_problems > 0)
                longjmp(rq->escape, 1);
}

void req_fail_as(Req *rq, const Req *inner)
{
        rq->n_problems = inner->n_problems;
        memcpy(rq->problems, inner->problems, sizeof rq->problems);
        rq->version = inner->version;
        rq->current = inner->current;
        rq->fault = inner->fault;
        rq->cause = inner->cause;
        rq->where = inner->where;
        longjmp(rq->escape, 1);
}

void req_fault_at(Req *rq, int code, const char *cause, const char *where)
{
        rq->fault = code ? code : -1;
        rq->cause = arena_strdup(rq->arena, cause);
        req_fail_at(rq, MSG_INTERNAL, NULL, (const char *const[REQ_ARGS_MAX + 1]){rq->context.trace}, where);
}

void req_pg_at(Req *rq, int code, const char *where)
{
        static const char *const none[REQ_ARGS_MAX + 1] = {NULL};

        switch (code) {
        case 0:
                return;
        case PG_E_LOCKED:
        case PG_E_SERIALIZATION:
                req_fail_at(rq, MSG_BUSY, NULL, none, where);
        case PG_E_TIMEOUT:
                req_fail_at(rq, MSG_TIMEOUT, NULL, none, where);
        case PG_FAULT_DOWN:
                req_fail_at(rq, MSG_UNAVAILABLE, NULL, none, where);
        case PG_FAULT_UNKNOWN:
                req_fail_at(rq, MSG_OUTCOME_UNKNOWN, NULL, none, where);
        case PG_E_UNIQUE:
                req_fail_at(rq, MSG_DUPLICATE, NULL, none, where);
        default:
                req_fault_at(rq, code, pg_error(), where);
        }
}

char *req_printf(Req *rq, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        char *text = arena_vprintf(rq->arena, format, args);
        va_end(args);
        return text;
}

int32_t req_today(const Req *rq)
{
        return zone_date(rq->entity->zone, rq->now);
}

static Cauce__Problem *problem_message(Req *rq, const ReqProblem *problem)
{
        Cauce__Problem *out = arena_alloc(rq->arena, sizeof *out);

        cauce__problem__init(out);
        out->code = (char *)msg_key(problem->code);
        out->field = (char *)problem->field;
        out->args = arena_array(rq->arena, REQ_ARGS_MAX, sizeof *out->args);
        for (unsigned i = 0; i < REQ_ARGS_MAX && problem->args[i]; i++)
                out->args[out->n_args++] = (char *)problem->args[i];
        return out;
}

Cauce__Problem *req_problem(Req *rq, int *ret_status)
{
        static const ReqProblem unknown = {.code = MSG_INTERNAL};
        const ReqProblem *first = rq->n_problems ? &rq->problems[0] : &unknown;
        Cauce__Problem *top = problem_message(rq, first);

        if (first->code == MSG_STALE) {
                top->has_version = true;
                top->version = rq->version;
                top->has_current = rq->current.p != NULL;
                top->current = (ProtobufCBinaryData){rq->current.len, (uint8_t *)(uintptr_t)rq->current.p};
        }
        if (rq->n_problems > 1) {
                top->errors = arena_array(rq->arena, rq->n_problems, sizeof *top->errors);
                for (unsigned i = 0; i < rq->n_problems; i++)
                        top->errors[top->n_errors++] = problem_message(rq, &rq->problems[i]);
        }
        *ret_status = msg_status(first->code);
        return top;
}

void req_pack_problem(Req *rq, const void **ret, size_t *ret_len, int *ret_status, const char **ret_key)
{
        const Cauce__Problem *top = req_problem(rq, ret_status);
        size_t len = cauce__problem__get_packed_size(top);
        uint8_t *data = arena_alloc(rq->arena, len);

        *ret_len = cauce__problem__pack(top, data);
        *ret = data;
        *ret_key = top->code;
}
