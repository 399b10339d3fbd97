/* The job table: making, running, telling. */
#include <stdlib.h>

#include "base/log.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/change_all.h"
#include "entity/idempotency.h"
#include "entity/import.h"
#include "entity/job.h"
#include "entity/record.h"

#define POLL_US  INT64_C(2000000)
#define RETRY_US INT64_C(1000000)
#define LOCK_KEY INT64_C(0x6a6f620000000000) /* "job" over the id's last five bytes */

struct Jobs {
        Task *task;
        bool stopped;
};

static int job_insert(Req *rq, const ModuleRuntime *module, const char *kind, Str spec, const Uuid *id)
{
        static const char sql[] =
                "INSERT INTO job (id, kind, module, spec, created_by, key) VALUES ($1, $2, $3, $4, $5, $6) "
                "RETURNING id";
        static const char once_sql[] =
                "WITH j AS (INSERT INTO job (id, kind, module, spec, created_by, key) "
                "SELECT $1, $2, $3, $4, $5, $6 "
                "WHERE NOT EXISTS (SELECT 1 FROM idem WHERE principal = $7 AND key = $8) RETURNING id), "
                "i AS (INSERT INTO idem (principal, key, hash, record, version) SELECT $7, $8, $9, id, 1 FROM j) "
                "SELECT id FROM j";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_text(args, str_of(kind));
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_jsonb(args, spec);
        (void)pg_arg_uuid(args, &rq->context.user);
        (void)(rq->context.key ? pg_arg_uuid(args, &rq->context.session) : pg_arg_null(args, PG_UUID));
        if (rq->once) {
                (void)pg_arg_uuid(args, &rq->once->principal);
                (void)pg_arg_text(args, rq->once->key);
                (void)pg_arg_bytea(args, rq->once->hash, sizeof rq->once->hash);
        }
        const PgWrite write = {
                .stmt = {.sql = rq->once ? once_sql : sql, .args = args}, .table = "job", .id = *id};
        int r = pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows);
        return r == 0 && pg_rows(rows) == 0 ? PG_E_UNIQUE : r;
}

Uuid job_create(Req *rq, const ModuleRuntime *module, const char *kind, Str spec, bool *ret_replayed)
{
        Uuid id = uuid_v7();
        int64_t version;

        int r = job_insert(rq, module, kind, spec, &id);
        *ret_replayed = r == PG_E_UNIQUE && rq->once && once_done(rq, rq->once, &id, &version);
        if (!*ret_replayed)
                req_pg(rq, r);
        jobs_wake(rq->entity);
        return id;
}

static Cauce__JobState state_of(Str text)
{
        if (str_is(text, "waiting"))
                return CAUCE__JOB_STATE__JOB_STATE_WAITING;
        if (str_is(text, "running"))
                return CAUCE__JOB_STATE__JOB_STATE_RUNNING;
        return str_is(text, "done") ? CAUCE__JOB_STATE__JOB_STATE_DONE : CAUCE__JOB_STATE__JOB_STATE_FAILED;
}

static char *text_or_null(Arena *arena, const PgRows *rows, int row, int column)
{
        Str text = pg_text(rows, row, column);

        return pg_null(rows, row, column) ? NULL : arena_strndup(arena, text.p, text.len);
}

static void rejects_read(Req *rq, const PgRows *rows, Cauce__Job *job)
{
        job->rejects = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *job->rejects);
        for (int row = 0; row < pg_rows(rows); row++) {
                Cauce__JobReject *reject = arena_alloc(rq->arena, sizeof *reject);
                const char *texts[REQ_ARGS_MAX] = {NULL};
                Str *args;

                cauce__job_reject__init(reject);
                reject->has_row = true;
                reject->row = pg_int(rows, row, 0);
                reject->field = text_or_null(rq->arena, rows, row, 1);
                reject->code = text_or_null(rq->arena, rows, row, 2);
                unsigned n = pg_text_array(rows, row, 3, rq->arena, &args);
                for (unsigned i = 0; i < n && i < REQ_ARGS_MAX; i++)
                        texts[i] = arena_strndup(rq->arena, args[i].p, args[i].len);
                MsgCode code = msg_code(reject->code);
                if (code < MSG_MAX)
                        reject->message = msg_text(rq->arena, rq->context.lang, code, texts, n < 3 ? n : 3);
                Uuid record = pg_uuid(rows, row, 4);
                if (!uuid_is_nil(&record))
                        record_set_uuid(rq->arena, &reject->record, &reject->has_record, &record);
                job->rejects[job->n_rejects++] = reject;
        }
}

/* Others read those that they have begun. */
static bool sees_all_jobs(Req *rq)
{
        const Principal *principal = principal_of(rq);

        return !principal || (principal->administrator && principal->key == AUTHZ_NONE);
}

const Cauce__Job *job_read(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        static const char sql[] =
                "SELECT kind, state, total, done, rejected, reason, created_at, finished_at FROM job "
                "WHERE id = $1 AND module = $2 AND (created_by = $3 OR $4)";
        static const char rejects_sql[] =
                "SELECT line, field, code, args, record FROM job_reject WHERE job = $1 ORDER BY line LIMIT 100";
        PgArgs *args = pg_args(rq->arena), *reject_args = pg_args(rq->arena);
        Cauce__Job *job = arena_alloc(rq->arena, sizeof *job);
        PgRows *rows[2];

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_uuid(args, &rq->context.user);
        (void)pg_arg_bool(args, sees_all_jobs(rq));
        (void)pg_arg_uuid(reject_args, id);
        const PgStmt stmts[] = {{sql, args}, {rejects_sql, reject_args}};
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, stmts, 2, rq->deadline, rows));
        if (pg_rows(rows[0]) == 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        cauce__job__init(job);
        job->has_id = true;
        job->id = (ProtobufCBinaryData){sizeof *id, arena_memdup(rq->arena, id, sizeof *id)};
        job->kind = text_or_null(rq->arena, rows[0], 0, 0);
        job->module = (char *)module->module->key;
        job->has_state = job->has_done = job->has_rejected = job->has_created_at = true;
        job->state = state_of(pg_text(rows[0], 0, 1));
        job->has_total = !pg_null(rows[0], 0, 2);
        job->total = job->has_total ? pg_int(rows[0], 0, 2) : 0;
        job->done = pg_int(rows[0], 0, 3);
        job->rejected = pg_int(rows[0], 0, 4);
        job->reason = text_or_null(rq->arena, rows[0], 0, 5);
        job->created_at = pg_timestamptz(rows[0], 0, 6);
        job->has_finished_at = !pg_null(rows[0], 0, 7);
        job->finished_at = job->has_finished_at ? pg_timestamptz(rows[0], 0, 7) : 0;
        rejects_read(rq, rows[1], job);
        return job;
}

/* ---- running ---- */

CallContext job_context(const JobRun *job)
{
        return (CallContext){.user = job->created_by, .key = job->has_key, .session = job->key};
}

static int job_finish(const JobRun *job, const char *reason)
{
        static const char sql[] = "UPDATE job SET state = $2, reason = $3, finished_at = now() WHERE id = $1";
        PgArgs *args = pg_args(job->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, &job->id);
        (void)pg_arg_text(args, str_of(reason ? "failed" : "done"));
        (void)(reason ? pg_arg_text(args, str_of(reason)) : pg_arg_null(args, PG_TEXT));
        return pg_conn_exec(job->conn, job->arena, &(PgStmt){sql, args}, 1, &rows);
}

static int64_t lock_of(const Uuid *id)
{
        int64_t key = 0;

        for (unsigned i = 11; i < sizeof id->b; i++)
                key = key << 8 | id->b[i];
        return LOCK_KEY | key;
}

static int job_run(Entity *entity, JobRun *job)
{
        const char *reason = NULL;
        bool changes = streq(job->kind, JOB_CHANGE_ALL);
        int r = changes ? change_all_run(entity, job, &reason) : import_run(entity, job, &reason);

        if (r < 0)
                return r;
        return job_finish(job, r > 0 ? (reason ? reason : "failed") : NULL);
}

/* Runs the oldest open job that nobody else runs. 1 = there was one, 0 = none, < 0 = a fault. */
static int jobs_once(Entity *entity, PgConn *conn, Arena *arena)
{
        static const char sql[] = "SELECT id, created_by, module, spec, position, kind, key FROM job "
                                  "WHERE state IN ('waiting', 'running') ORDER BY created_at LIMIT 10";
        PgRows *rows;

        int r = pg_conn_exec(conn, arena, &(PgStmt){.sql = sql}, 1, &rows);
        for (int row = 0; r == 0 && row < pg_rows(rows); row++) {
                Str module = pg_text(rows, row, 2), kind = pg_text(rows, row, 5);
                JobRun job = {.arena = arena,
                        .conn = conn,
                        .id = pg_uuid(rows, row, 0),
                        .created_by = pg_uuid(rows, row, 1),
                        .kind = arena_strndup(arena, kind.p, kind.len),
                        .module = arena_strndup(arena, module.p, module.len),
                        .spec = pg_text(rows, row, 3),
                        .position = pg_int(rows, row, 4),
                        .has_key = !pg_null(rows, row, 6),
                        .key = pg_uuid(rows, row, 6)};
                r = pg_conn_try_lock(conn, lock_of(&job.id));
                if (r == PG_E_LOCKED) {
                        r = 0;
                        continue;
                }
                if (r == 0)
                        r = job_run(entity, &job);
                return r < 0 ? r : 1;
        }
        return r;
}

static void jobs_task(void *arg)
{
        Entity *entity = arg;
        struct Jobs *jobs = entity->jobs;
        PgConn *conn = NULL;

        while (!jobs->stopped) {
                Arena *arena = arena_new();
                int r = 0;
                if (!conn)
                        r = pg_conn_open(entity->loop, entity->conninfo, &conn);
                if (r == 0)
                        r = jobs_once(entity, conn, arena);
                (void)arena_free(arena);
                if (r != 0) /* the connection holds the job's lock: a fresh one for the next */
                        conn = pg_conn_close(conn);
                if (r < 0)
                        log_warn(NULL, "job interrupted", KV("code", r));
                if (r <= 0 && !jobs->stopped)
                        (void)task_park_until(clock_monotonic() + (r < 0 ? RETRY_US : POLL_US));
        }
        (void)pg_conn_close(conn);
        jobs->task = NULL;
}

int jobs_start(Entity *entity)
{
        entity->jobs = calloc(1, sizeof *entity->jobs);
        if (!entity->jobs)
                abort();
        return task_spawn(entity->loop, jobs_task, entity, &entity->jobs->task);
}

void jobs_wake(Entity *entity)
{
        if (entity->jobs && entity->jobs->task)
                task_wake(entity->jobs->task);
}

void jobs_stop(Entity *entity)
{
        if (!entity->jobs)
                return;
        entity->jobs->stopped = true;
        while (entity->jobs->task) {
                task_wake(entity->jobs->task);
                task_sleep(10000);
        }
        free(entity->jobs);
        entity->jobs = NULL;
}
