/* The job table: making, running, ending. */
#include <stdlib.h>

#include "base/log.h"
#include "entity/change_all.h"
#include "entity/export.h"
#include "entity/idempotency.h"
#include "entity/import.h"
#include "entity/job.h"

#define POLL_US        INT64_C(2000000)
#define RETRY_US       INT64_C(1000000)
#define SWEEP_FIRST_US INT64_C(5000000)
#define SWEEP_US       INT64_C(3600000000)
#define SWEEP_WAIT_US  INT64_C(10000000)
#define SWEEP_MAX      1000
#define LOCK_KEY       INT64_C(0x6a6f620000000000) /* "job" over the id's last five bytes */

typedef struct Runner {
        Entity *entity;
        Task *task;
        bool exports; /* those alone, so that a file does not wait for an import of hours; else the others */
} Runner;

#define RUNNERS 3 /* the last sweeps the blob folder */

struct Jobs {
        Runner runners[RUNNERS];
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

/* ---- running ---- */

CallContext job_context(const JobRun *job)
{
        return (CallContext){.user = job->created_by, .key = job->has_key, .session = job->key};
}

/* One that was cancelled meanwhile stays so, and what it has made goes. */
static int job_finish(const Entity *entity, const JobRun *job, const char *reason)
{
        static const char sql[] = "UPDATE job SET state = $2, reason = $3, blob = $4, finished_at = now() "
                                  "WHERE id = $1 AND state IN ('waiting', 'running') RETURNING id";
        PgArgs *args = pg_args(job->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, &job->id);
        (void)pg_arg_text(args, str_of(reason ? "failed" : "done"));
        (void)(reason ? pg_arg_text(args, str_of(reason)) : pg_arg_null(args, PG_TEXT));
        (void)(job->blob[0] ? pg_arg_text(args, str_of(job->blob)) : pg_arg_null(args, PG_TEXT));
        int r = pg_conn_exec(job->conn, job->arena, &(PgStmt){sql, args}, 1, &rows);
        if (r == 0 && pg_rows(rows) == 0 && job->blob[0])
                blob_remove(entity->blobs.folder, job->blob);
        return r;
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
        Runtime *held = runtime_hold(entity);
        int r;

        if (streq(job->kind, JOB_CHANGE_ALL))
                r = change_all_run(entity, job, &reason);
        else if (streq(job->kind, JOB_EXPORT))
                r = export_run(entity, job, &reason);
        else
                r = import_run(entity, job, &reason);
        runtime_release(entity, held);
        return r < 0 ? r : job_finish(entity, job, r > 0 ? (reason ? reason : "failed") : NULL);
}

/* Runs the oldest open job of its kind that nobody else runs. 1 = there was one, 0 = none, < 0 = a fault. */
static int jobs_once(Entity *entity, bool exports, PgConn *conn, Arena *arena)
{
        static const char sql[] = "SELECT id, created_by, module, spec, position, kind, key FROM job "
                                  "WHERE state IN ('waiting', 'running') AND (kind = '" JOB_EXPORT "') = $1 "
                                  "ORDER BY created_at LIMIT 10";
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_bool(args, exports);
        int r = pg_conn_exec(conn, arena, &(PgStmt){sql, args}, 1, &rows);
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
        Runner *runner = arg;
        Entity *entity = runner->entity;
        struct Jobs *jobs = entity->jobs;
        PgConn *conn = NULL;

        while (!jobs->stopped) {
                Arena *arena = arena_new();
                int r = 0;
                if (!conn)
                        r = pg_conn_open(entity->loop, entity->conninfo, &conn);
                if (r == 0)
                        r = jobs_once(entity, runner->exports, conn, arena);
                (void)arena_free(arena);
                if (r != 0) /* the connection holds the job's lock: a fresh one for the next */
                        conn = pg_conn_close(conn);
                if (r < 0)
                        log_warn(NULL, "job interrupted", KV("code", r));
                if (r <= 0 && !jobs->stopped)
                        (void)task_park_until(clock_monotonic() + (r < 0 ? RETRY_US : POLL_US));
        }
        (void)pg_conn_close(conn);
        runner->task = NULL;
}

/* ---- files that no job refers to ---- */

static void sweep(Entity *entity, Arena *arena)
{
        static const char sql[] =
                "SELECT coalesce(blob, spec ->> 'blob') FROM job WHERE coalesce(blob, spec ->> 'blob') = ANY($1) "
                "AND (finished_at IS NULL OR finished_at > now() - " JOB_FILE_KEPT ")";
        const char *const *handles;
        PgArgs *args = pg_args(arena);
        PgRows *rows;
        unsigned n =
                blobs_old(&entity->blobs, entity->service_name, arena, clock_realtime(), SWEEP_MAX, &handles);
        Str *texts = arena_array(arena, n + 1, sizeof *texts);

        if (n == 0)
                return;
        for (unsigned i = 0; i < n; i++)
                texts[i] = str_of(handles[i]);
        (void)pg_arg_text_array(args, texts, n);
        int64_t deadline = clock_monotonic() + SWEEP_WAIT_US;
        if (pg_list(entity->pg, arena, &(PgStmt){sql, args}, 1, deadline, &rows) != 0)
                return;
        for (int row = 0; row < pg_rows(rows); row++)
                for (unsigned i = 0; i < n; i++)
                        if (str_eq(texts[i], pg_text(rows, row, 0)))
                                texts[i].len = 0;
        for (unsigned i = 0; i < n; i++)
                if (texts[i].len > 0)
                        blob_remove(entity->blobs.folder, handles[i]);
}

static void sweep_task(void *arg)
{
        Runner *runner = arg;
        Entity *entity = runner->entity;
        int64_t next = clock_monotonic() + SWEEP_FIRST_US;

        while (!entity->jobs->stopped) {
                if (clock_monotonic() >= next) {
                        Arena *arena = arena_new();
                        sweep(entity, arena);
                        (void)arena_free(arena);
                        next = clock_monotonic() + SWEEP_US;
                }
                (void)task_park_until(next);
        }
        runner->task = NULL;
}

/* ---- starting and ending ---- */

int jobs_start(Entity *entity)
{
        static void (*const tasks[RUNNERS])(void *arg) = {jobs_task, jobs_task, sweep_task};
        int r = 0;

        entity->jobs = calloc(1, sizeof *entity->jobs);
        if (!entity->jobs)
                abort();
        for (unsigned i = 0; r == 0 && i < RUNNERS; i++) {
                Runner *runner = &entity->jobs->runners[i];
                *runner = (Runner){.entity = entity, .exports = i == 1};
                r = task_spawn(entity->loop, tasks[i], runner, &runner->task);
        }
        return r;
}

static void wake_all(struct Jobs *jobs)
{
        for (unsigned i = 0; i < RUNNERS; i++)
                if (jobs->runners[i].task)
                        task_wake(jobs->runners[i].task);
}

void jobs_wake(Entity *entity)
{
        if (entity->jobs)
                wake_all(entity->jobs);
}

static bool running(const struct Jobs *jobs)
{
        for (unsigned i = 0; i < RUNNERS; i++)
                if (jobs->runners[i].task)
                        return true;
        return false;
}

void jobs_stop(Entity *entity)
{
        if (!entity->jobs)
                return;
        entity->jobs->stopped = true;
        while (running(entity->jobs)) {
                wake_all(entity->jobs);
                task_sleep(10000);
        }
        free(entity->jobs);
        entity->jobs = NULL;
}
