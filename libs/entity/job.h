#pragma once

#include "base/context.h"
#include "entity/runtime.h"

struct Cauce__Job;

/* Long work: a row of `job` that one replica at a time runs. Whoever runs it holds an advisory lock on the
 * connection it writes with, so a runner that lost its connection can't commit anything more. */

typedef struct JobRun {
        Arena *arena;
        PgConn *conn;
        Uuid id, created_by;
        bool has_key;
        Uuid key; /* the API key that it was made through */
        const char *kind;
        const char *module;
        Str spec;         /* JSON */
        int64_t position; /* rows settled so far */
} JobRun;

/* For what the job does: as its person, within the scopes of its key. */
CallContext job_context(const JobRun *job);

/* Starts the task that looks for jobs. 0 or < 0. */
int jobs_start(Entity *entity);
/* A job was made: look now. */
void jobs_wake(Entity *entity);
void jobs_stop(Entity *entity);

/* Inserts a waiting job and wakes the runner. With rq->once a repeat gives the job of before (*ret_replayed),
 * KEY_REUSED when it was another. */
Uuid job_create(Req *rq, const ModuleRuntime *module, const char *kind, Str spec, bool *ret_replayed);
/* As it stands, with its first hundred rejects told in the request's language. */
const struct Cauce__Job *job_read(Req *rq, const ModuleRuntime *module, const Uuid *id);
