#pragma once

#include "base/context.h"
#include "entity/blobs.h"
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
        Str spec;                   /* JSON */
        int64_t position;           /* rows settled so far */
        char blob[BLOB_HANDLE + 1]; /* the file that it has made; "" = none */
} JobRun;

/* What a runner returns, beside its own outcomes, when the job was cancelled while it ran: nothing of the
 * transaction under way may stay. */
#define JOB_ENDED 1000

/* How long the file of a job that has ended is kept: SQL. */
#define JOB_FILE_KEPT "interval '30 days'"

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

/* ---- telling (job_answer.c) ---- */
struct Cauce__JobsRequest;
struct Cauce__JobsReply;
struct Cauce__JobFileReply;
struct Cauce__JobRejectsRequest;
struct Cauce__JobRejectsReply;
/* As it stands, with its first hundred rejects told in the request's language. To whoever made it, and to
 * administrators; NOT_FOUND for others. */
const struct Cauce__Job *job_read(Req *rq, const ModuleRuntime *module, const Uuid *id);
/* The right that jobs of the kind need; ends the request without it. */
void job_check(Req *rq, const ModuleRuntime *module, const char *kind);
void jobs_list(Req *rq, const ModuleRuntime *module, const struct Cauce__JobsRequest *in,
        struct Cauce__JobsReply *ret);
/* Stops it: what is in stays. JOB_OVER when it has ended. */
const struct Cauce__Job *job_cancel(Req *rq, const ModuleRuntime *module, const Uuid *id);
/* Where its file is, for whoever may have it: FILE_GONE, RIGHTS_CHANGED. */
void job_file(Req *rq, const ModuleRuntime *module, const Uuid *id, struct Cauce__JobFileReply *ret);
void job_rejects(Req *rq, const ModuleRuntime *module, const struct Cauce__JobRejectsRequest *in,
        struct Cauce__JobRejectsReply *ret);
