/* The import job: spec and header, then rows in chunks. Reads the blob; writes through import_chunk.c. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entity.cauce.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/cells.h"
#include "entity/csv_file.h"
#include "entity/idempotency.h"
#include "entity/import.h"
#include "entity/import_chunk.h"
#include "entity/import_map.h"
#include "entity/import_rights.h"
#include "entity/record.h"
#include "entity/validate.h"
#include "entity/verbs.h"
#include "http/json_message.h"

#define YIELD_ROWS 100

typedef struct Import {
        Entity *entity;
        const JobRun *job;
        Runtime *held; /* that module and map are of; NULL before the rows: the job holds it */
        const ModuleRuntime *module;
        const Cauce__ImportRequest *spec;
        ImportMap map;
        bool begun;   /* the header has been read */
        int64_t line; /* where the row being read begins in the file */
        int64_t rows; /* data rows seen */
        Chunk *chunk;
        int fault;
        const char *reason;
} Import;

/* The same file, whatever its copy is called here. */
static void begin_once(Req *rq, const ModuleRuntime *module, const Cauce__ImportRequest *in)
{
        Cauce__ImportRequest same = *in;

        same.blob = NULL;
        once_begin(rq, module, "import", req_pack(rq, &same.base));
}

const Cauce__Job *import_start(Req *rq, const ModuleRuntime *module, const Cauce__ImportRequest *in)
{
        StrBuf spec = {.arena = rq->arena};
        struct stat st;
        bool replayed;

        access_check(rq, module, ACCESS_IMPORT);
        if (in->create_fields)
                access_check(rq, module, ACCESS_SETTINGS);
        if (!blob_valid(in->blob, rq->entity->service_name))
                req_fail(rq, INVALID_FIELD, "/blob", "blob");
        const char *path = blob_path(rq->arena, rq->entity->blobs.folder, in->blob);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
                req_fail(rq, INVALID_FIELD, "/blob", "blob");
        import_check_header(rq, module, in, path);
        message_to_json(&spec, &import_request_meta, &in->base);
        begin_once(rq, module, in);
        Uuid id = job_create(rq, module, "import", (Str){spec.p, spec.len}, &replayed);
        if (replayed)
                (void)unlink(path);
        return job_read(rq, module, &id);
}

/* ---- one row ---- */

typedef struct RowTry {
        Import *import;
        const Str *cells;
        unsigned n;
        ProtobufCMessage *record;
} RowTry;

static void row_cells(Req *rq, RowTry *try)
{
        const ImportMap *map = &try->import->map;

        for (unsigned i = 0; i < try->n && i < map->n; i++) {
                const Field *field = map->fields[i];
                const char *arg = NULL;
                MsgCode code;
                Value value;

                if (!field || str_trim(try->cells[i]).len == 0)
                        continue;
                Str cell = cell_undefused(try->cells[i]);
                if (validate_text(rq->arena, rq->entity, field, cell, &value, &code, &arg))
                        record_put(rq->arena, try->record, field, &value);
                else
                        req_note_at(rq, code, runtime_field_name(rq->arena, field),
                                (const char *const[REQ_ARGS_MAX + 1]){arg});
        }
        req_check(rq);
}

/* A row passes what a record that is typed in passes, under the rights of the person. */
static void row_body(Req *rq, void *arg)
{
        RowTry *try = arg;
        Import *import = try->import;
        RecordHead *head;
        const ModuleRuntime *module = import->module;

        try->record = record_new(rq->arena, module->module->message);
        row_cells(rq, try);
        head = record_head(try->record);
        Uuid id = uuid_v7();
        record_set_uuid(rq->arena, &head->id, &head->has_id, &id);
        record_set_uuid(rq->arena, &head->created_by, &head->has_created_by, &import->job->created_by);
        record_set_uuid(rq->arena, &head->updated_by, &head->has_updated_by, &import->job->created_by);
        if (!head->has_owner)
                record_set_uuid(rq->arena, &head->owner, &head->has_owner, &import->job->created_by);
        head->has_version = head->has_created_at = head->has_updated_at = true;
        head->version = 1;
        head->created_at = head->updated_at = rq->now;
        const Change change = {.module = module->module, .after = try->record, .import = import->spec};
        if (module->hooks->before_save)
                module->hooks->before_save(rq, &change);
        validate_change(rq, module, &change);
}

/* Nothing is wrong with the row, but what it is checked against is away. */
static bool is_outage(MsgCode code)
{
        return code == MSG_UNAVAILABLE || code == MSG_TIMEOUT || code == MSG_BUSY;
}

static void row_take(Import *import, const Str *cells, unsigned n)
{
        ChunkRow *row = &import->chunk->rows[import->chunk->n++];
        const CallContext context = job_context(import->job);
        RowTry try = {.import = import, .cells = cells, .n = n};
        Req rq;

        *row = (ChunkRow){.line = import->line};
        if (req_run(&rq, import->chunk->arena, import->entity, &context, row_body, &try)) {
                row->record = try.record;
                row->id = record_id(try.record);
        } else if (is_outage(rq.problems[0].code)) {
                import->fault = PG_FAULT_DOWN; /* the job goes on from its last chunk */
        } else {
                row->problem = rq.problems[0];
        }
}

/* ---- chunks ---- */

/* A value that exists already spoils the chunk: its rows go in one by one, and the guilty ones are rejected.
 */
static int chunk_one_by_one(Import *import, int64_t position)
{
        Chunk *whole = import->chunk, *one = arena_alloc(whole->arena, sizeof *one);
        int64_t at = position - whole->n;
        int r = 0;

        for (unsigned i = 0; i < whole->n && r == 0; i++) {
                one->arena = whole->arena;
                one->n = 1;
                one->rows[0] = whole->rows[i];
                r = chunk_commit(import->entity, import->module, import->job, one, ++at);
                if (r <= 0 || r == JOB_ENDED)
                        continue;
                one->rows[0].record = NULL;
                one->rows[0].problem = (ReqProblem){.code = MSG_DUPLICATE};
                r = chunk_commit(import->entity, import->module, import->job, one, at);
        }
        return r;
}

/* A right that is gone ends the job, also one that is under way. */
static int allowed(Import *import)
{
        int r = import_allowed(import->entity, import->job, import->module, &import->map);

        if (r > 0)
                import->reason = "the right to import these columns is gone";
        return r < 0 ? PG_FAULT_DOWN : r;
}

/* Fields may have been made or changed since: those of the generation in force count, and it is held. */
static void renew(Import *import)
{
        Arena *arena = import->job->arena;

        if (import->held == import->entity->runtime)
                return;
        Runtime *former = import->held;
        import->held = runtime_hold(import->entity);
        import->module = runtime_module(import->entity, str_of(import->job->module));
        for (unsigned i = 0; i < import->map.n; i++)
                if (import->map.fields[i])
                        import->map.fields[i] = runtime_field(
                                import->module, str_of(runtime_field_name(arena, import->map.fields[i])));
        runtime_release(import->entity, former);
}

static int chunk_flush(Import *import)
{
        Chunk *chunk = import->chunk;
        int64_t position = import->rows;
        int r = chunk->n > 0 ? allowed(import) : 0;

        if (r != 0)
                return r;
        if (chunk->n > 0)
                r = chunk_commit(import->entity, import->module, import->job, chunk, position);
        if (r > 0 && r != JOB_ENDED)
                r = chunk_one_by_one(import, position);
        if (r == 0)
                renew(import);
        Arena *arena = chunk->arena;
        arena_reset(arena);
        import->chunk = arena_alloc(arena, sizeof *import->chunk);
        import->chunk->arena = arena;
        return r;
}

/* ---- the file ---- */

static bool on_row(void *arg, int64_t line, const Str *cells, unsigned n)
{
        Import *import = arg;

        if (!import->begun) {
                import->begun = true;
                return true;
        }
        import->line = line;
        import->rows++;
        if (import->rows <= import->job->position)
                return true;
        row_take(import, cells, n);
        if (import->fault != 0)
                return false;
        if (import->chunk->n == CHUNK_ROWS)
                import->fault = chunk_flush(import);
        else if (import->chunk->n % YIELD_ROWS == 0)
                task_yield();
        return import->fault == 0 && !import->entity->stopping;
}

static const char *csv_reason(int r)
{
        if (r == -ENOENT)
                return "the file is gone";
        return r == -E2BIG ? "a row or a cell is too large" : "the file is not well-formed CSV";
}

static int import_total(Import *import)
{
        static const char sql[] = "UPDATE job SET total = $2 WHERE id = $1";
        PgArgs *args = pg_args(import->job->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, &import->job->id);
        (void)pg_arg_int8(args, import->rows);
        return pg_conn_exec(import->job->conn, import->job->arena, &(PgStmt){sql, args}, 1, &rows);
}

/* First pass: counts the rows (for the progress bar), makes custom fields of the header's unknown columns,
 * maps. */
static int import_survey(Import *import, const char *path)
{
        ImportSurvey *survey = arena_alloc(import->job->arena, sizeof *survey);
        *survey = (ImportSurvey){
                .arena = import->job->arena, .entity = import->entity, .module = import->module};
        int r = csv_file_read(path, encoding_of(import->spec->encoding), import_survey_row, survey);
        if (r != 0) {
                import->reason = csv_reason(r);
                return 1;
        }
        import->rows = survey->rows;
        r = import_total(import);
        if (r == 0 && import->spec->create_fields)
                r = import_create_fields(import->entity, import->job, import->module, import->spec, survey);
        import->rows = 0;
        import->module = runtime_module(import->entity, str_of(import->job->module));
        import_map_header(&import->map, import->job->arena, import->module, import->spec, survey);
        if (r == 0 && import->map.n_mapped == 0) {
                import->reason = "no column of the file matches a field";
                return 1;
        }
        return r;
}

static int import_rows(Import *import, const char *path)
{
        Arena *arena = arena_new();
        import->chunk = arena_alloc(arena, sizeof *import->chunk);
        import->chunk->arena = arena;
        renew(import);
        int r = csv_file_read(path, encoding_of(import->spec->encoding), on_row, import);
        if (r == 0)
                import->fault = chunk_flush(import);
        else if (r != -ECANCELED)
                import->reason = csv_reason(r);
        else if (import->fault == 0 && !import->reason)
                import->fault = -ECANCELED; /* stopping: goes on after the start */
        (void)arena_free(arena);
        runtime_release(import->entity, import->held);
        return import->reason ? 1 : import->fault;
}

int import_run(Entity *entity, const JobRun *job, const char **ret_reason)
{
        JsonProblems problems = {0};
        Import *import = arena_alloc(job->arena, sizeof *import);

        *import =
                (Import){.entity = entity, .job = job, .module = runtime_module(entity, str_of(job->module))};
        import->spec = (const Cauce__ImportRequest *)json_to_message(
                job->arena, &import_request_meta, job->spec, 0, &problems, NULL, NULL);
        if (!import->module || !import->spec || !blob_valid(import->spec->blob, entity->service_name)) {
                *ret_reason = "the job's specification is not valid";
                return 1;
        }
        const char *path = blob_path(job->arena, entity->blobs.folder, import->spec->blob);
        int r = import_survey(import, path);
        if (r == 0)
                r = import_rows(import, path);
        *ret_reason = import->reason ? import->reason : "the database refused it";
        return r;
}
