/* What is told of jobs: to whoever made them, to administrators, to nobody else. */
#include <sodium.h>
#include <string.h>

#include "entity.cauce.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/change_all.h"
#include "entity/export.h"
#include "entity/record.h"
#include "http/json_message.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200
#define REJECTS_TOLD  100
#define REJECTS_MAX   1000

/* ---- who may ---- */

typedef struct JobKind {
        const char *name;
        uint32_t rights; /* one of them is enough */
} JobKind;

static const JobKind kinds[] = {{"import", ACCESS_IMPORT}, {JOB_EXPORT, ACCESS_EXPORT},
        {JOB_CHANGE_ALL, ACCESS_CHANGE | ACCESS_DELETE}};
#define KINDS (sizeof kinds / sizeof kinds[0])

static bool may(Req *rq, const ModuleRuntime *module, const JobKind *kind)
{
        for (uint32_t bit = 1; bit < 1u << ACCESS_RIGHTS; bit <<= 1)
                if (kind->rights & bit && access_may(rq, module, (AccessRight)bit))
                        return true;
        return false;
}

void job_check(Req *rq, const ModuleRuntime *module, const char *kind)
{
        for (size_t i = 0; i < KINDS; i++)
                if (streq(kind, kinds[i].name) && may(rq, module, &kinds[i]))
                        return;
        req_fail(rq, FORBIDDEN, NULL, NULL);
}

/* Others read those that they have begun. */
static bool sees_all_jobs(Req *rq)
{
        const Principal *principal = principal_of(rq);

        return !principal || (principal->administrator && principal->key == AUTHZ_NONE);
}

/* ---- a row ---- */

#define COLUMNS                                                                                              \
        "id, kind, state, total, done, rejected, reason, created_at, finished_at, created_by, "              \
        "spec ->> 'filename', coalesce(blob, spec ->> 'blob'), spec ->> 'encoding', spec ->> 'access', "     \
        "coalesce(finished_at > now() - " JOB_FILE_KEPT ", true) "
enum {
        ID,
        KIND,
        STATE,
        TOTAL,
        DONE,
        REJECTED,
        REASON,
        CREATED_AT,
        FINISHED_AT,
        CREATED_BY,
        FILENAME,
        BLOB,
        ENCODING,
        ACCESS,
        KEPT
};

static Cauce__JobState state_of(Str text)
{
        static const char *const names[] = {[CAUCE__JOB_STATE__JOB_STATE_WAITING] = "waiting",
                [CAUCE__JOB_STATE__JOB_STATE_RUNNING] = "running",
                [CAUCE__JOB_STATE__JOB_STATE_DONE] = "done",
                [CAUCE__JOB_STATE__JOB_STATE_FAILED] = "failed",
                [CAUCE__JOB_STATE__JOB_STATE_CANCELLED] = "cancelled"};

        for (size_t i = 1; i < sizeof names / sizeof names[0]; i++)
                if (str_is(text, names[i]))
                        return (Cauce__JobState)i;
        return CAUCE__JOB_STATE__JOB_STATE_UNSPECIFIED;
}

static void job_person(Req *rq, const PgRows *rows, int row, Cauce__Job *job)
{
        const Uuid person = pg_uuid(rows, row, CREATED_BY);
        const Authz *authz = rq->entity->authz;
        uint32_t user = authz ? authz_user(authz, &person) : AUTHZ_NONE;

        if (uuid_is_nil(&person))
                return;
        record_set_uuid(rq->arena, &job->created_by, &job->has_created_by, &person);
        if (user != AUTHZ_NONE)
                job->created_by_label = arena_strdup(rq->arena, authz->users[user].label);
}

static Cauce__Job *job_row(Req *rq, const ModuleRuntime *module, const PgRows *rows, int row)
{
        Cauce__Job *job = arena_alloc(rq->arena, sizeof *job);
        const Uuid id = pg_uuid(rows, row, ID);

        cauce__job__init(job);
        record_set_uuid(rq->arena, &job->id, &job->has_id, &id);
        job->kind = pg_text_copy(rows, row, KIND, rq->arena);
        job->module = (char *)module->module->key;
        job->has_state = job->has_done = job->has_rejected = job->has_created_at = true;
        job->state = state_of(pg_text(rows, row, STATE));
        job->has_total = !pg_null(rows, row, TOTAL);
        job->total = job->has_total ? pg_int(rows, row, TOTAL) : 0;
        job->done = pg_int(rows, row, DONE);
        job->rejected = pg_int(rows, row, REJECTED);
        job->reason = pg_text_copy(rows, row, REASON, rq->arena);
        job->created_at = pg_timestamptz(rows, row, CREATED_AT);
        job->has_finished_at = !pg_null(rows, row, FINISHED_AT);
        job->finished_at = job->has_finished_at ? pg_timestamptz(rows, row, FINISHED_AT) : 0;
        job->filename = pg_text_copy(rows, row, FILENAME, rq->arena);
        job->has_has_file = true;
        job->has_file = !pg_null(rows, row, BLOB) && pg_bool(rows, row, KEPT);
        job_person(rq, rows, row, job);
        return job;
}

/* ---- rejects ---- */

/* "/custom/visits" and "custom.visits" are the same field. */
static char *field_label(Req *rq, const ModuleRuntime *module, const char *name)
{
        char *plain = arena_strdup(rq->arena, name + (name[0] == '/'));
        char *slash = strchr(plain, '/');

        if (slash)
                *slash = '.';
        const Field *field = runtime_field(module, str_of(plain));
        return field ? arena_strdup(rq->arena, label_in(&field->label, rq->context.lang)) : NULL;
}

static Cauce__JobReject *reject_row(Req *rq, const ModuleRuntime *module, const PgRows *rows, int row)
{
        Cauce__JobReject *reject = arena_alloc(rq->arena, sizeof *reject);
        const char *texts[REQ_ARGS_MAX] = {NULL};
        Str *args;

        cauce__job_reject__init(reject);
        reject->has_row = true;
        reject->row = pg_int(rows, row, 0);
        reject->field = pg_text_copy(rows, row, 1, rq->arena);
        reject->code = pg_text_copy(rows, row, 2, rq->arena);
        unsigned n = pg_text_array(rows, row, 3, rq->arena, &args);
        for (unsigned i = 0; i < n && i < REQ_ARGS_MAX; i++)
                texts[i] = arena_strndup(rq->arena, args[i].p, args[i].len);
        MsgCode code = msg_code(reject->code);
        if (code < MSG_MAX)
                reject->message = msg_text(
                        rq->arena, rq->context.lang, code, texts, n < REQ_ARGS_MAX ? n : REQ_ARGS_MAX);
        if (reject->field)
                reject->label = field_label(rq, module, reject->field);
        Uuid record = pg_uuid(rows, row, 4);
        if (!uuid_is_nil(&record))
                record_set_uuid(rq->arena, &reject->record, &reject->has_record, &record);
        return reject;
}

/* The next ones after a row. */
static PgStmt rejects_stmt(Req *rq, const Uuid *job, int64_t after, unsigned limit)
{
        static const char sql[] = "SELECT line, field, code, args, record FROM job_reject "
                                  "WHERE job = $1 AND line > $2 ORDER BY line LIMIT $3";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, job);
        (void)pg_arg_int8(args, after);
        (void)pg_arg_int8(args, limit);
        return (PgStmt){sql, args};
}

/* ---- one ---- */

static PgStmt job_stmt(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        static const char sql[] = "SELECT " COLUMNS "FROM job "
                                  "WHERE id = $1 AND module = $2 AND (created_by = $3 OR $4)";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_uuid(args, &rq->context.user);
        (void)pg_arg_bool(args, sees_all_jobs(rq));
        return (PgStmt){sql, args};
}

const Cauce__Job *job_read(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        const PgStmt stmts[] = {job_stmt(rq, module, id), rejects_stmt(rq, id, 0, REJECTS_TOLD)};
        PgRows *rows[2];

        req_pg(rq, pg_read(rq->entity->pg, rq->arena, stmts, 2, rq->deadline, rows));
        if (pg_rows(rows[0]) == 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        Cauce__Job *job = job_row(rq, module, rows[0], 0);
        job->rejects = arena_array(rq->arena, (size_t)pg_rows(rows[1]) + 1, sizeof *job->rejects);
        for (int row = 0; row < pg_rows(rows[1]); row++)
                job->rejects[job->n_rejects++] = reject_row(rq, module, rows[1], row);
        return job;
}

/* ---- many ---- */

void jobs_list(Req *rq, const ModuleRuntime *module, const Cauce__JobsRequest *in, Cauce__JobsReply *ret)
{
        static const char sql[] =
                "SELECT " COLUMNS "FROM job WHERE module = $1 AND ($2 OR created_by = $3) AND kind = ANY($4) "
                "AND ($5 IS NULL OR id < $5) ORDER BY id DESC LIMIT $6";
        const uint32_t limit = in->has_limit ? in->limit : LIMIT_DEFAULT;
        PgArgs *args = pg_args(rq->arena);
        Str names[KINDS];
        unsigned n_names = 0;
        PgRows *rows;
        Uuid cursor;

        if (limit < 1 || limit > LIMIT_MAX)
                req_fail(rq, OUT_OF_RANGE, "limit", "1-200");
        if (in->all && !sees_all_jobs(rq))
                req_fail(rq, ADMINISTRATORS, "all", NULL);
        bool begun = in->cursor && in->cursor[0];
        if (begun && uuid_parse(str_of(in->cursor), &cursor) != 0)
                req_fail(rq, BAD_CURSOR, "cursor", NULL);
        for (size_t i = 0; i < KINDS; i++)
                if (may(rq, module, &kinds[i]))
                        names[n_names++] = str_of(kinds[i].name);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_bool(args, in->all);
        (void)pg_arg_uuid(args, &rq->context.user);
        (void)pg_arg_text_array(args, names, n_names);
        (void)(begun ? pg_arg_uuid(args, &cursor) : pg_arg_null(args, PG_UUID));
        (void)pg_arg_int8(args, (int64_t)limit + 1);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        const int n = pg_rows(rows) > (int)limit ? (int)limit : pg_rows(rows);
        ret->items = arena_array(rq->arena, (size_t)n + 1, sizeof *ret->items);
        for (int row = 0; row < n; row++)
                ret->items[ret->n_items++] = job_row(rq, module, rows, row);
        if (pg_rows(rows) <= n)
                return;
        const Uuid last = pg_uuid(rows, n - 1, ID);
        ret->next = arena_alloc(rq->arena, UUID_TEXT + 1);
        uuid_format(&last, ret->next);
}

/* ---- stopping ---- */

const Cauce__Job *job_cancel(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        static const char sql[] =
                "UPDATE job SET state = 'cancelled', finished_at = now() WHERE id = $1 AND module = $2 "
                "AND (created_by = $3 OR $4) AND state IN ('waiting', 'running') RETURNING id";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_uuid(args, &rq->context.user);
        (void)pg_arg_bool(args, sees_all_jobs(rq));
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = "job", .id = *id};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
        bool stopped = pg_rows(rows) > 0;
        const Cauce__Job *job = job_read(rq, module, id);
        if (!stopped && job->state != CAUCE__JOB_STATE__JOB_STATE_CANCELLED)
                req_fail(rq, JOB_OVER, NULL, NULL);
        return job;
}

/* ---- files ---- */

/* A file is handed to who has made it, through the same key or in person: with another key it might hold more
 * than that key may see. What was uploaded is handed to administrators too. */
static PgRows *file_row(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        static const char sql[] = "SELECT " COLUMNS "FROM job WHERE id = $1 AND module = $2 "
                                  "AND ((created_by = $3 AND ($4::uuid IS NULL OR key = $4)) "
                                  "OR ($5 AND kind <> '" JOB_EXPORT "'))";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_uuid(args, &rq->context.user);
        (void)(rq->context.key ? pg_arg_uuid(args, &rq->context.session) : pg_arg_null(args, PG_UUID));
        (void)pg_arg_bool(args, sees_all_jobs(rq));
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        job_check(rq, module, pg_text_copy(rows, 0, KIND, rq->arena));
        return rows;
}

/* The records in it were seen with these rights. */
static void check_rights(Req *rq, const ModuleRuntime *module, Str then)
{
        uint8_t now[EXPORT_ACCESS], before[EXPORT_ACCESS];
        size_t len = 0;

        export_access(rq, module, now);
        if (sodium_base642bin(before, sizeof before, then.p, then.len, NULL, &len, NULL,
                    sodium_base64_VARIANT_ORIGINAL) != 0 ||
                len != sizeof before || sodium_memcmp(now, before, sizeof now) != 0)
                req_fail(rq, RIGHTS_CHANGED, NULL, NULL);
}

static void file_of(Req *rq, const PgRows *rows, Cauce__JobFileReply *ret)
{
        ret->blob = pg_text_copy(rows, 0, BLOB, rq->arena);
        ret->filename = pg_text_copy(rows, 0, FILENAME, rq->arena);
        ret->kind = pg_text_copy(rows, 0, KIND, rq->arena);
        ret->encoding = pg_text_copy(rows, 0, ENCODING, rq->arena);
}

void job_file(Req *rq, const ModuleRuntime *module, const Uuid *id, Cauce__JobFileReply *ret)
{
        const PgRows *rows = file_row(rq, module, id);

        if (pg_null(rows, 0, BLOB))
                req_fail(rq, NOT_FOUND, NULL, NULL);
        if (!pg_bool(rows, 0, KEPT))
                req_fail(rq, FILE_GONE, NULL, NULL);
        if (str_is(pg_text(rows, 0, KIND), JOB_EXPORT))
                check_rights(rq, module, pg_text(rows, 0, ACCESS));
        file_of(rq, rows, ret);
}

void job_rejects(
        Req *rq, const ModuleRuntime *module, const Cauce__JobRejectsRequest *in, Cauce__JobRejectsReply *ret)
{
        const uint32_t limit = in->has_limit ? in->limit : REJECTS_MAX;
        PgRows *rows;
        Uuid id;

        if (in->id.len != sizeof id || limit < 1 || limit > REJECTS_MAX)
                req_fail(rq, BAD_REQUEST, NULL, "id, limit");
        memcpy(&id, in->id.data, sizeof id);
        const PgRows *job = file_row(rq, module, &id);
        const PgStmt stmt = rejects_stmt(rq, &id, in->has_after ? in->after : 0, limit);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &stmt, 1, rq->deadline, &rows));
        ret->rejects = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *ret->rejects);
        for (int row = 0; row < pg_rows(rows); row++)
                ret->rejects[ret->n_rejects++] = reject_row(rq, module, rows, row);
        if (pg_null(job, 0, BLOB) || !pg_bool(job, 0, KEPT) || str_is(pg_text(job, 0, KIND), JOB_EXPORT))
                return;
        ret->file = arena_alloc(rq->arena, sizeof *ret->file);
        cauce__job_file_reply__init(ret->file);
        file_of(rq, job, ret->file);
}
