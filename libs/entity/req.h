#pragma once

#include <setjmp.h>

#include "base/context.h"
#include "entity/entity.h"

/* One request under way: what every handler gets. All memory is the arena's and dies with it; a failure
 * (req_fail) ends the request from wherever it is. A function that takes a Req holds no heap, lock or
 * descriptor across a call that may fail. */

typedef struct Req Req;

#define REQ_PROBLEMS_MAX 20
#define REQ_ARGS_MAX     3

typedef struct ReqProblem {
        MsgCode code;
        const char *field;              /* JSON pointer or parameter; NULL = the request as a whole */
        const char *args[REQ_ARGS_MAX]; /* NULL = none */
} ReqProblem;

struct Req {
        Arena *arena;
        Entity *entity;
        CallContext context;
        bool system;                       /* run by req_run_system */
        Uuid job;                          /* what is written is a job's; nil = none */
        const struct Principal *principal; /* found so far (principal.h) */
        const struct ModuleAccess *hides;  /* problems don't name the fields that it withholds; NULL = any */
        int64_t now;                       /* realtime µs when it began: the one "now" of the request */
        int64_t deadline;                  /* monotonic µs */
        unsigned n_problems;
        ReqProblem problems[REQ_PROBLEMS_MAX];
        const struct WriteOnce
                *once;     /* what is written happens once for this key (idempotency.h); NULL = no key */
        int64_t version;   /* STALE: the version in force */
        Str current;       /* STALE: the record in force as who asks may see it, packed; p NULL = not told */
        int fault;         /* the code behind MSG_INTERNAL, for the log */
        const char *cause; /* its text, in the arena; never shown */
        const char *where; /* file:line of the failure */
        jmp_buf escape;
};

/* Runs body(rq, arg) as a request: true = it returned, false = it failed and rq->problems say why. */
bool req_run(Req *rq, Arena *arena, Entity *entity, const CallContext *context,
        void (*body)(Req *rq, void *arg), void *arg);

/* The same on behalf of the system itself: a job, a consumer, the first start. It may do all; the context's
 * user, if any, is who it is done for. */
bool req_run_system(Req *rq, Arena *arena, Entity *entity, const CallContext *context,
        void (*body)(Req *rq, void *arg), void *arg);

/* Ends the request. Up to three texts fill the message's {0} {1} {2}. */
#define req_fail(rq, code, field, ...)                                                                       \
        req_fail_at((rq), MSG_##code, (field), (const char *const[REQ_ARGS_MAX + 1]){__VA_ARGS__},           \
                __FILE__ ":" REQ_LINE(__LINE__))
#define REQ_LINE(line)  REQ_LINE_(line)
#define REQ_LINE_(line) #line
_Noreturn void req_fail_at(
        Req *rq, MsgCode code, const char *field, const char *const *args, const char *where);
/* Notes a problem of one field and goes on, so that a person is told all of them at once; req_check ends the
 * request when any was noted. */
#define req_note(rq, code, field, ...)                                                                       \
        req_note_at((rq), MSG_##code, (field), (const char *const[REQ_ARGS_MAX + 1]){__VA_ARGS__})
void req_note_at(Req *rq, MsgCode code, const char *field, const char *const *args);
void req_check(Req *rq);

/* Ends the request with what ended `inner`, one that was run inside of it with the same arena. */
_Noreturn void req_fail_as(Req *rq, const Req *inner);

/* A fault of a lower layer (pg, bus): busy, timeout and unknown outcomes get their own answers, the rest is
 * 500. Does nothing when code is 0. */
#define req_pg(rq, code) req_pg_at((rq), (code), __FILE__ ":" REQ_LINE(__LINE__))
void req_pg_at(Req *rq, int code, const char *where);
_Noreturn void req_fault_at(Req *rq, int code, const char *cause, const char *where);
#define req_fault(rq, code, cause) req_fault_at((rq), (code), (cause), __FILE__ ":" REQ_LINE(__LINE__))

char *req_printf(Req *rq, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Today in the company's zone. */
int32_t req_today(const Req *rq);

/* The request's problems as one message; *ret_status is the HTTP status. */
struct Cauce__Problem *req_problem(Req *rq, int *ret_status);
/* The same packed; *ret_key is the first code.
 */
void req_pack_problem(Req *rq, const void **ret, size_t *ret_len, int *ret_status, const char **ret_key);
