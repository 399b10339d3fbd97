/* The job that changes or deletes what a filter finds: how it is asked for, and its chunks. */
#include "entity/change_all.h"

#include <errno.h>
#include <string.h>

#include "entity.cauce.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/change_all_private.h"
#include "entity/events.h"
#include "entity/sent.h"
#include "entity/validate.h"
#include "http/json_message.h"

#define TRIES 3 /* of a record that others change at the same moment */

Selection change_all_selection(Req *rq, const ModuleRuntime *module, const Cauce__ChangeAllRequest *in)
{
        const View *view = view_of(rq, module, in->view);
        Selection selection = selection_of(rq, module, view, in->filter, in->zone);

        selection.q = in->q;
        selection.mine = in->mine;
        return selection;
}

/* ---- asking for it ---- */

/* A condition is asked for, be it the view of all: forgetting it must not change everything. */
static void check_selection(Req *rq, const ModuleRuntime *module, const Cauce__ChangeAllRequest *in)
{
        Selection selection = change_all_selection(rq, module, in);
        StrBuf sql = {.arena = rq->arena};

        if (!in->filter && !in->q && !in->view && !in->mine)
                req_fail(rq, REQUIRED, "/filter", NULL);
        selection_sql(rq, &selection, &sql, pg_args(rq->arena));
}

static bool names(const ModuleRuntime *module, const Cauce__ChangeAllRequest *in, const char *pointer)
{
        for (size_t i = 0; pointer && i < in->n_changed; i++) {
                const Field *field = message_field_tag(module->module->message, in->changed[i]);
                if (field && streq(field->name, pointer + 1))
                        return true;
        }
        return pointer && strncmp(pointer, "/custom/", 8) == 0;
}

static Cauce__UpdateRequest update_of(const Cauce__ChangeAllRequest *in)
{
        Cauce__UpdateRequest update = CAUCE__UPDATE_REQUEST__INIT;

        update.n_changed = in->n_changed;
        update.changed = in->changed;
        return update;
}

typedef struct Trial {
        const ModuleRuntime *module;
        const Cauce__ChangeAllRequest *in;
} Trial;

static void trial_body(Req *rq, void *arg)
{
        const ModuleRuntime *module = ((Trial *)arg)->module;
        const Cauce__ChangeAllRequest *in = ((Trial *)arg)->in;
        const Cauce__UpdateRequest update = update_of(in);
        const ProtobufCMessage *change = sent_record(rq, module, in->record);
        const ProtobufCMessage *empty = record_new(rq->arena, module->module->message);
        unsigned n = 0;

        if (in->n_changed == 0 && !record_head(change)->custom)
                req_fail(rq, REQUIRED, "", NULL);
        const Change trial = {.module = module->module,
                .before = empty,
                .after = sent_merge(rq, module, empty, change, &update)};
        (void)validate_try(rq, module, &trial);
        for (unsigned i = 0; i < rq->n_problems; i++)
                if (names(module, in, rq->problems[i].field))
                        rq->problems[n++] = rq->problems[i];
        rq->n_problems = n;
        req_check(rq);
}

/* What is wrong with the values themselves is told before the first record is touched. */
static void check_values(Req *rq, const ModuleRuntime *module, const Cauce__ChangeAllRequest *in)
{
        Trial trial = {module, in};
        Req inner;

        if (req_run(&inner, rq->arena, rq->entity, &rq->context, trial_body, &trial))
                return;
        for (unsigned i = 0; i < inner.n_problems; i++)
                if (inner.problems[i].field)
                        inner.problems[i].field = req_printf(rq, "/set%s", inner.problems[i].field);
        req_fail_as(rq, &inner);
}

const Cauce__Job *change_all_start(Req *rq, const ModuleRuntime *module, const Cauce__ChangeAllRequest *in)
{
        StrBuf spec = {.arena = rq->arena};
        bool replayed;

        access_check(
                rq, module, ACCESS_SEE | (in->delete_ ? ACCESS_DELETE | ACCESS_MASS_DELETE : ACCESS_CHANGE));
        check_selection(rq, module, in);
        if (!in->delete_)
                check_values(rq, module, in);
        message_to_json(&spec, &change_all_request_meta, &in->base);
        Uuid id = job_create(rq, module, JOB_CHANGE_ALL, (Str){spec.p, spec.len}, &replayed);
        return job_read(rq, module, &id);
}

/* ---- running it ---- */

/* What a record is checked against is away: the job goes on from its last chunk. */
static bool is_outage(MsgCode code)
{
        return code == MSG_UNAVAILABLE || code == MSG_TIMEOUT || code == MSG_BUSY || code == MSG_INTERNAL ||
               code == MSG_OUTCOME_UNKNOWN;
}

static int read_rows(ChangeAll *all)
{
        Req rq;

        all->n = 0;
        if (change_all_read(all, &rq)) {
                for (unsigned i = 0; i < all->n; i++)
                        if (all->rows[i].refused && is_outage(all->rows[i].problem.code))
                                return PG_FAULT_DOWN;
                return 0;
        }
        if (is_outage(rq.problems[0].code))
                return PG_FAULT_DOWN;
        all->reason = "its person may not do this any more";
        return 1;
}

static bool is_stale(const ChangeAllRow *row)
{
        return !row->refused && row->write.stmt.sql && pg_rows(row->rows) == 0;
}

static void reject(ChangeAll *all, ChangeAllRow *row, MsgCode code)
{
        row->refused = true;
        row->problem = (ReqProblem){.code = code};
        row->write.stmt = (PgStmt){};
        all->n = 1;
        all->rows = row;
}

/* One record, which others changed or whose value exists already: read again, as it is now. It may be that it
 * is not among those that are meant any more. */
static int alone(ChangeAll *all, const ChangeAllRow *only)
{
        int64_t position = all->position;
        Uuid after = all->after;
        int r = 0;

        all->only = only;
        for (unsigned i = 0; i < TRIES; i++) {
                r = read_rows(all);
                if (r != 0 || all->n == 0)
                        break;
                r = change_all_write(all);
                if (r != 0 || !is_stale(&all->rows[0]))
                        break;
        }
        if (r == PG_E_UNIQUE || r == PG_E_CHECK) {
                reject(all, &all->rows[0], r == PG_E_UNIQUE ? MSG_DUPLICATE : MSG_CONFLICT);
                r = change_all_write(all);
        } else if (r == 0 && all->n > 0 && is_stale(&all->rows[0])) {
                reject(all, &all->rows[0], MSG_STALE);
                r = change_all_write(all);
        }
        all->only = NULL;
        all->position = position;
        all->after = after;
        return r > 0 && r != JOB_ENDED && !all->reason ? PG_FAULT_DOWN : r;
}

static int chunk(ChangeAll *all)
{
        int r = read_rows(all);
        unsigned n = all->n;
        ChangeAllRow *rows = all->rows;

        if (r != 0 || n == 0)
                return r;
        r = change_all_write(all);
        bool spoilt = r == PG_E_UNIQUE || r == PG_E_CHECK;
        if (r != 0 && !spoilt)
                return r > 0 && r != JOB_ENDED ? PG_FAULT_DOWN : r;
        for (unsigned i = 0; i < n; i++) {
                if (!spoilt && !is_stale(&rows[i]))
                        continue;
                if (spoilt) {
                        all->position = rows[i].line;
                        all->after = record_id(rows[i].before);
                }
                r = alone(all, &rows[i]);
                if (r != 0)
                        return r;
        }
        all->n = n;
        return 0;
}

static int run(ChangeAll *all)
{
        int r = 0;

        do {
                arena_reset(all->arena);
                r = all->entity->stopping ? -ECANCELED : chunk(all);
        } while (r == 0 && all->n > 0);
        return r;
}

int change_all_run(Entity *entity, const JobRun *job, const char **ret_reason)
{
        ChangeAll *all = arena_alloc(job->arena, sizeof *all);
        JsonProblems problems = {0};

        *all = (ChangeAll){.entity = entity,
                .job = job,
                .module = runtime_module(entity, str_of(job->module)),
                .position = job->position};
        all->spec = (const Cauce__ChangeAllRequest *)json_to_message(
                job->arena, &change_all_request_meta, job->spec, 0, &problems, NULL, NULL);
        if (!all->module || !all->spec) {
                *ret_reason = "the job's specification is not valid";
                return 1;
        }
        if (all->spec->after.len == sizeof all->after)
                memcpy(&all->after, all->spec->after.data, sizeof all->after);
        all->arena = arena_new();
        int r = run(all);
        (void)arena_free(all->arena);
        *ret_reason = all->reason ? all->reason : "the database refused it";
        return r;
}
