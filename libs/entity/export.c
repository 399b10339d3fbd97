/* The export job: how it is asked for, and its pages. */
#include "entity/export.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/money.h"
#include "entity.cauce.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/cells.h"
#include "entity/list.h"
#include "http/json_message.h"

#define PAGE_US     INT64_C(15000000)
#define COLUMNS_MAX 1000

typedef struct Export {
        Entity *entity;
        JobRun *job;
        const ModuleRuntime *module;
        Cauce__ExportRequest *spec;
        Cauce__ListRequest *in; /* of the next page */
        Arena *arena;           /* of the page */
        BlobWriter *file;
        unsigned n;
        const Field **columns;
        CellStyle style;
        int64_t rows, left; /* left < 0: all */
        StrBuf cursor;      /* outlives the page */
        bool done;
        int fault;
        const char *reason;
} Export;

/* ---- asking for it ---- */

static void check_columns(Req *rq, const ModuleRuntime *module, const Cauce__ListRequest *list)
{
        if (list->n_fields == 0 || list->n_fields > COLUMNS_MAX)
                req_fail(rq, REQUIRED, "/list/fields", NULL);
        for (size_t i = 0; i < list->n_fields; i++)
                if (!runtime_field(module, str_of(list->fields[i])))
                        req_fail(rq, BAD_FILTER, "fields", utf8_cut(rq->arena, str_of(list->fields[i]), 60));
}

const Cauce__Job *export_start(Req *rq, const ModuleRuntime *module, Cauce__ExportRequest *in)
{
        Cauce__ListReply first = CAUCE__LIST_REPLY__INIT;
        uint8_t access[EXPORT_ACCESS];
        StrBuf spec = {.arena = rq->arena};
        bool replayed;

        access_check(rq, module, ACCESS_SEE | ACCESS_EXPORT);
        if (!in->list)
                req_fail(rq, REQUIRED, "/list", NULL);
        check_columns(rq, module, in->list);
        in->list->has_export = in->list->export = in->list->has_limit = true;
        in->list->limit = 1;
        entity_list(rq, module, in->list, &first);
        export_access(rq, module, access);
        in->has_access = true;
        in->access = (ProtobufCBinaryData){sizeof access, access};
        message_to_json(&spec, &export_request_meta, &in->base);
        Uuid id = job_create(rq, module, JOB_EXPORT, (Str){spec.p, spec.len}, &replayed);
        return job_read(rq, module, &id);
}

/* ---- a page ---- */

static int put_header(Export *export)
{
        StrBuf out = {.arena = export->arena};

        if (export->spec->bom)
                strbuf_puts(&out, "\xef\xbb\xbf");
        for (unsigned i = 0; i < export->n; i++) {
                strbuf_puts(&out, i ? "," : "");
                cell_put(&out, str_of(label_in(&export->columns[i]->label, export->style.lang)));
        }
        strbuf_puts(&out, "\r\n");
        return blob_put(export->file, out.p, out.len);
}

static void put_records(Req *rq, Export *export, const Cauce__ListReply *reply)
{
        const ProtobufCMessageDescriptor *descriptor = export->module->module->message->descriptor;
        StrBuf out = {.arena = rq->arena};

        for (size_t i = 0; i < reply->n_records; i++) {
                const ProtobufCMessage *record = protobuf_c_message_unpack(
                        descriptor, arena_protobuf(rq->arena), reply->records[i].len, reply->records[i].data);
                if (!record)
                        req_fault(rq, -1, "unreadable record");
                for (unsigned c = 0; c < export->n; c++) {
                        strbuf_puts(&out, c ? "," : "");
                        cell_put(&out, cell_text(rq->arena, &export->style, record, export->columns[c]));
                }
                strbuf_puts(&out, "\r\n");
        }
        if (out.len > 0)
                export->fault = blob_put(export->file, out.p, out.len);
}

static void page_body(Req *rq, void *arg)
{
        Export *export = arg;
        Cauce__ListReply reply = CAUCE__LIST_REPLY__INIT;
        uint8_t access[EXPORT_ACCESS];

        export_access(rq, export->module, access);
        if (export->spec->access.len != sizeof access ||
                sodium_memcmp(access, export->spec->access.data, sizeof access) != 0)
                req_fail(rq, RIGHTS_CHANGED, NULL, NULL);
        export->in->has_limit = true;
        export->in->limit = export->left >= 0 && export->left < LIST_LIMIT_EXPORT ? (uint32_t) export->left
                                                                                  : LIST_LIMIT_EXPORT;
        entity_list(rq, export->module, export->in, &reply);
        put_records(rq, export, &reply);
        export->rows += (int64_t)reply.n_records;
        export->left -= export->left >= 0 ? (int64_t)reply.n_records : 0;
        export->done = !reply.next || export->left == 0;
        export->cursor.len = 0;
        strbuf_puts(&export->cursor, reply.next ? reply.next : "");
        export->in->cursor = export->cursor.p;
}

static int progress(Export *export)
{
        static const char sql[] = "UPDATE job SET state = 'running', done = $2, position = $2 "
                                  "WHERE id = $1 AND state IN ('waiting', 'running') RETURNING id";
        PgArgs *args = pg_args(export->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, &export->job->id);
        (void)pg_arg_int8(args, export->rows);
        int r = pg_conn_exec(export->job->conn, export->arena, &(PgStmt){sql, args}, 1, &rows);
        return r == 0 && pg_rows(rows) == 0 ? JOB_ENDED : r;
}

static CallContext context_of(const Export *export)
{
        CallContext context = job_context(export->job);

        context.lang = export->style.lang;
        context.deadline = clock_realtime() + PAGE_US;
        return context;
}

/* Nothing is wrong with what is asked for: it may go well later. */
static bool is_outage(MsgCode code)
{
        return code == MSG_UNAVAILABLE || code == MSG_TIMEOUT || code == MSG_BUSY || code == MSG_INTERNAL;
}

static int page(Export *export)
{
        const CallContext context = context_of(export);
        Req rq;

        if (req_run(&rq, export->arena, export->entity, &context, page_body, export))
                return export->fault != 0 ? export->fault : progress(export);
        if (is_outage(rq.problems[0].code))
                return PG_FAULT_DOWN;
        export->reason = rq.problems[0].code == MSG_RIGHTS_CHANGED ? "rights have changed meanwhile"
                                                                   : "its person may not do this any more";
        return 1;
}

/* ---- the whole ---- */

static void count_body(Req *rq, void *arg)
{
        Export *export = arg;
        Cauce__CountRequest in = CAUCE__COUNT_REQUEST__INIT;
        Cauce__CountReply reply = CAUCE__COUNT_REPLY__INIT;

        in.filter = export->in->filter;
        in.q = export->in->q;
        in.view = export->in->view;
        in.zone = export->in->zone;
        in.has_cap = true;
        in.has_deleted = export->in->has_deleted;
        in.deleted = export->in->deleted;
        in.has_mine = export->in->has_mine;
        in.mine = export->in->mine;
        in.ids = export->in->ids;
        in.n_ids = export->in->n_ids;
        entity_count(rq, export->module, &in, &reply);
        export->rows = reply.count;
}

/* For the progress bar; one that can't be had is done without. */
static int count(Export *export)
{
        static const char sql[] = "UPDATE job SET state = 'running', total = $2 "
                                  "WHERE id = $1 AND state IN ('waiting', 'running')";
        const CallContext context = context_of(export);
        PgArgs *args = pg_args(export->arena);
        PgRows *rows;
        Req rq;

        bool known = req_run(&rq, export->arena, export->entity, &context, count_body, export);
        int64_t total = export->left >= 0 && export->left < export->rows ? export->left : export->rows;
        export->rows = 0;
        (void)pg_arg_uuid(args, &export->job->id);
        (void)(known ? pg_arg_int8(args, total) : pg_arg_null(args, PG_INT8));
        return pg_conn_exec(export->job->conn, export->arena, &(PgStmt){sql, args}, 1, &rows);
}

static bool read_spec(Export *export)
{
        JsonProblems problems = {0};
        Arena *arena = export->job->arena;

        export->spec = (Cauce__ExportRequest *)json_to_message(
                arena, &export_request_meta, export->job->spec, 0, &problems, NULL, NULL);
        if (!export->module || !export->spec || !export->spec->list)
                return false;
        export->in = export->spec->list;
        export->in->has_export = export->in->export = true;
        export->left = export->spec->has_most ? export->spec->most : -1;
        export->style =
                (CellStyle){.lang = export->spec->lang && streq(export->spec->lang, "en") ? LANG_EN : LANG_ES,
                        .zone = export->entity->zone,
                        .decimals = currency_decimals(export->entity->currency)};
        export->columns = arena_array(arena, export->in->n_fields + 1, sizeof *export->columns);
        for (size_t i = 0; i < export->in->n_fields; i++) {
                const Field *field = runtime_field(export->module, str_of(export->in->fields[i]));
                if (!field)
                        return false;
                export->columns[export->n++] = field;
        }
        return true;
}

static int write_pages(Export *export)
{
        int r = put_header(export);

        while (r == 0 && !export->done) {
                r = export->entity->stopping ? -ECANCELED : page(export);
                arena_reset(export->arena);
        }
        return r;
}

/* The generation that the columns are of is held by the job (job.c). */
static int write_file(Export *export)
{
        int r = blob_begin(&export->entity->blobs, export->entity->service_name, &export->file);

        if (r == 0) {
                r = write_pages(export);
                if (r == 0)
                        r = blob_end(export->file, export->job->blob);
                else
                        export->file = blob_drop(export->file);
        }
        if (r == -ENOSPC || r == -ENOENT) {
                export->reason = "there is no room for files";
                r = 1;
        }
        return r;
}

int export_run(Entity *entity, JobRun *job, const char **ret_reason)
{
        Export *export = arena_alloc(job->arena, sizeof *export);
        int r;

        *export =
                (Export){.entity = entity, .job = job, .module = runtime_module(entity, str_of(job->module))};
        if (!read_spec(export)) {
                *ret_reason = "the job's specification is not valid";
                return 1;
        }
        export->arena = arena_new();
        r = count(export);
        arena_reset(export->arena);
        if (r == 0)
                r = write_file(export);
        (void)arena_free(export->arena);
        strbuf_done(&export->cursor);
        *ret_reason = export->reason;
        return r;
}
