/* GET /{path}/jobs/{id}/rejects: every rejected row as CSV, with the cells that it has in the file, to be
 * mended and imported again. The file is read once beside the list of rejects, a page of them at a time. */
#include "entity/rejects.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "entity.cauce.h"
#include "entity/cells.h"
#include "entity/csv_file.h"
#include "entity/verbs.h"
#include "gateway.h"

#define PAGE_ROWS 1000
#define PAGE_US   INT64_C(15000000)
#define FLUSH     (32 * 1024)

typedef struct Rejects {
        Exchange *x;
        const Module *module;
        Uuid job;
        Arena *arena; /* of the page */
        const Cauce__JobRejectsReply *page;
        size_t at;     /* the next of the page */
        int64_t after; /* the last row that was told */
        bool bom, begun, last, gone;
        StrBuf out;
} Rejects;

/* ---- the list ---- */

static void page_read(Req *rq, Rejects *rejects)
{
        const Module *module = rejects->module;
        Cauce__JobRejectsRequest in = CAUCE__JOB_REJECTS_REQUEST__INIT;

        in.has_id = in.has_after = in.has_limit = true;
        in.id = (ProtobufCBinaryData){sizeof rejects->job, rejects->job.b};
        in.after = rejects->after;
        in.limit = PAGE_ROWS;
        const char *subject = req_printf(rq, "rpc.%s.%s.job_rejects", module->service, module->name);
        Str packed = req_ask(rq, subject, req_pack(rq, &in.base), false);
        rejects->page = req_unpack(rq, &cauce__job_rejects_reply__descriptor, packed);
        rejects->at = 0;
        rejects->last = rejects->page->n_rejects < PAGE_ROWS;
}

static void page_body(Req *rq, void *arg)
{
        page_read(rq, arg);
}

/* The next reject; NULL when there is none, or none to be had (gone). Under the rights of that moment. */
static const Cauce__JobReject *next_reject(Rejects *rejects)
{
        Exchange *x = rejects->x;
        CallContext context = x->rq.context;
        Req rq;

        if (rejects->at == rejects->page->n_rejects && !rejects->last && !rejects->gone) {
                arena_reset(rejects->arena);
                context.deadline = clock_realtime() + PAGE_US;
                context.epoch = x->gateway->rights_epoch;
                if (!req_run(&rq, rejects->arena, x->rq.entity, &context, page_body, rejects)) {
                        rejects->gone = true;
                        log_warn(
                                context.trace, "rejects cut short", KV("code", msg_key(rq.problems[0].code)));
                }
        }
        return rejects->gone || rejects->at == rejects->page->n_rejects ? NULL
                                                                        : rejects->page->rejects[rejects->at];
}

/* ---- writing ---- */

static void flush(Rejects *rejects)
{
        if (!rejects->gone && rejects->out.len > 0 &&
                http_write(rejects->x->http, rejects->out.p, rejects->out.len) != 0)
                rejects->gone = true;
        rejects->out.len = 0;
}

static void put_cells(Rejects *rejects, const Str *cells, unsigned n)
{
        for (unsigned i = 0; i < n; i++) {
                strbuf_putc(&rejects->out, ',');
                cell_put(&rejects->out, cell_undefused(cells[i]));
        }
        strbuf_puts(&rejects->out, "\r\n");
        if (rejects->out.len >= FLUSH)
                flush(rejects);
}

static void put_header(Rejects *rejects, const Str *cells, unsigned n)
{
        rejects->begun = true;
        strbuf_puts(&rejects->out, rejects->bom ? "\xef\xbb\xbf" : "");
        for (RejectColumn i = 0; i < REJECT_COLUMNS; i++) {
                strbuf_puts(&rejects->out, i ? "," : "");
                cell_put(&rejects->out, str_of(label_in(&reject_labels[i], rejects->x->rq.context.lang)));
        }
        put_cells(rejects, cells, n);
}

static void put_reject(Rejects *rejects, const Cauce__JobReject *reject, const Str *cells, unsigned n)
{
        const char *field = reject->label ? reject->label : reject->field;

        strbuf_put_i64(&rejects->out, reject->row);
        strbuf_putc(&rejects->out, ',');
        cell_put(&rejects->out, str_of(field));
        strbuf_putc(&rejects->out, ',');
        cell_put(&rejects->out, str_of(reject->message ? reject->message : reject->code));
        rejects->after = reject->row;
        rejects->at++;
        put_cells(rejects, cells, n);
}

/* Of a file, its columns of a former round of rejects are left out. */
static unsigned own_cells(const Str *cells, unsigned n, const bool *left, Str *ret)
{
        unsigned kept = 0;

        for (unsigned i = 0; i < n; i++)
                if (!left[i])
                        ret[kept++] = cells[i];
        return kept;
}

typedef struct Walk {
        Rejects *rejects;
        bool left[CSV_COLUMNS_MAX]; /* columns that are not written */
} Walk;

static bool on_row(void *arg, int64_t line, const Str *cells, unsigned n)
{
        Walk *walk = arg;
        Rejects *rejects = walk->rejects;
        Str own[CSV_COLUMNS_MAX];
        const Cauce__JobReject *reject;

        if (!rejects->begun) {
                for (unsigned i = 0; i < n; i++)
                        walk->left[i] = reject_header(str_trim(cells[i]));
                put_header(rejects, own, own_cells(cells, n, walk->left, own));
                return true;
        }
        while ((reject = next_reject(rejects)) != NULL && reject->row < line)
                put_reject(rejects, reject, NULL, 0);
        if (reject && reject->row == line)
                put_reject(rejects, reject, own, own_cells(cells, n, walk->left, own));
        return reject && !rejects->gone && !http_gone(rejects->x->http);
}

/* Rejects of records: their ids stand where a file has its cells. */
static void put_records(Rejects *rejects)
{
        const Cauce__JobReject *reject;
        char id[UUID_TEXT + 1];

        if (!rejects->begun)
                put_header(rejects, &STR("id"), 1);
        while ((reject = next_reject(rejects)) != NULL) {
                bool record = reject->record.len == sizeof(Uuid);
                if (record)
                        uuid_format((const Uuid *)(const void *)reject->record.data, id);
                Str cell = str_of(record ? id : "");
                put_reject(rejects, reject, &cell, 1);
        }
}

/* ---- the answer ---- */

static void read_params(Exchange *x, Rejects *rejects)
{
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < n; i++) {
                if (!str_is(params[i].name, "bom"))
                        parameter_refuse(x, params[i].name);
                if (!str_is(params[i].value, "true") && !str_is(params[i].value, "false"))
                        req_fail(&x->rq, BAD_REQUEST, "bom", "bom");
                rejects->bom = str_is(params[i].value, "true");
        }
}

static const char *name_of(Exchange *x, const Cauce__JobFileReply *file)
{
        const char *name = file && file->filename ? file->filename : "jobs";
        size_t len = strlen(name);

        if (len > 4 && streq(name + len - 4, ".csv"))
                len -= 4;
        return req_printf(&x->rq, "%.*s-%s.csv", (int)len, name,
                x->rq.context.lang == LANG_EN ? "rejects" : "rechazos");
}

static void answer(Rejects *rejects)
{
        Exchange *x = rejects->x;
        const Cauce__JobFileReply *file = rejects->page->file;
        Walk *walk = arena_alloc(x->rq.arena, sizeof *walk);

        reply_attachment(x, name_of(x, file));
        http_set(x->http, "Content-Language", lang_tag(x->rq.context.lang));
        x->status = 200;
        *walk = (Walk){.rejects = rejects};
        rejects->gone = http_begin(x->http, 200, "text/csv; charset=utf-8; header=present") != 0;
        if (file && blob_valid(file->blob, rejects->module->service) && !x->http->head) {
                const char *path = blob_path(x->rq.arena, x->gateway->blobs.folder, file->blob);
                (void)csv_file_read(path, encoding_of(file->encoding), on_row, walk);
        }
        put_records(rejects);
        flush(rejects);
        if (!rejects->gone)
                (void)http_end(x->http);
}

void job_rejects_get(Exchange *x, const Module *module)
{
        Rejects *rejects = arena_alloc(x->rq.arena, sizeof *rejects);

        *rejects = (Rejects){.x = x, .module = module, .job = segment_id(x, 2)};
        read_params(x, rejects);
        page_read(&x->rq, rejects);
        rejects->arena = arena_new();
        answer(rejects);
        strbuf_done(&rejects->out);
        (void)arena_free(rejects->arena);
}
