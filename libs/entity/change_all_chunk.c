/* Records of one transaction of a change of many: read and checked as their person, written by the statements
 * of single writes in one pipeline, with the job's progress. */
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/access_sql.h"
#include "entity/change_all_private.h"
#include "entity/events.h"
#include "entity/sent.h"

#define YIELD_ROWS 20

/* ---- reading ---- */

static void select_rows(Req *rq, ChangeAll *all)
{
        const ModuleRuntime *module = all->module;
        Selection selection = change_all_selection(rq, module, all->spec);
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        strbuf_printf(&sql, "SELECT %s FROM %s l WHERE ", module->sql_select, module->module->table);
        selection_sql(rq, &selection, &sql, args);
        access_where(rq, module, selection.mine, &sql, args);
        const Uuid id = all->only ? record_id(all->only->before) : all->after;
        strbuf_printf(&sql, " AND l.id %s $%u", all->only ? "=" : ">", pg_arg_uuid(args, &id));
        strbuf_printf(&sql, " AND l.created_at <= (SELECT created_at FROM job WHERE id = $%u)",
                pg_arg_uuid(args, &all->job->id));
        strbuf_printf(&sql, " ORDER BY l.id LIMIT %d", CHANGE_ALL_ROWS);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        all->n = (unsigned)pg_rows(rows);
        all->rows = arena_array(rq->arena, all->n, sizeof *all->rows);
        for (unsigned i = 0; i < all->n; i++)
                all->rows[i] = (ChangeAllRow){.line = all->only ? all->only->line : all->position + i + 1,
                        .before = record_row(rq->arena, module->module, module->columns, module->n_columns,
                                rows, (int)i, 0)};
}

/* The job says how many there are, once. */
static void count_rows(Req *rq, ChangeAll *all)
{
        const ModuleRuntime *module = all->module;
        Selection selection = change_all_selection(rq, module, all->spec);
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        strbuf_printf(
                &sql, "UPDATE job SET total = (SELECT count(*) FROM %s l WHERE ", module->module->table);
        selection_sql(rq, &selection, &sql, args);
        access_where(rq, module, selection.mine, &sql, args);
        strbuf_printf(&sql, ") WHERE id = $%u AND total IS NULL", pg_arg_uuid(args, &all->job->id));
        req_pg(rq, pg_conn_exec(all->job->conn, rq->arena, &(PgStmt){sql.p, args}, 1, &rows));
}

static void select_body(Req *rq, void *arg)
{
        ChangeAll *all = arg;
        AccessRight right = all->spec->delete_ ? ACCESS_DELETE | ACCESS_MASS_DELETE : ACCESS_CHANGE;

        access_check(rq, all->module, ACCESS_SEE | right);
        if (all->position == 0 && !all->only)
                count_rows(rq, all);
        select_rows(rq, all);
}

/* ---- checking ---- */

typedef struct Check {
        const ChangeAll *all;
        ChangeAllRow *row;
} Check;

static void check_body(Req *rq, void *arg)
{
        const Check *check = arg;
        const ChangeAll *all = check->all;
        const ModuleRuntime *module = all->module;
        const ProtobufCMessage *before = check->row->before;
        Cauce__UpdateRequest update = CAUCE__UPDATE_REQUEST__INIT;

        rq->job = all->job->id;
        if (all->spec->delete_) {
                write_delete(rq, module, before, record_head(before)->version, &check->row->write);
                return;
        }
        update.n_changed = all->spec->n_changed;
        update.changed = all->spec->changed;
        access_check_record(rq, module, before, ACCESS_CHANGE);
        const ProtobufCMessage *change = sent_record(rq, module, all->spec->record);
        ProtobufCMessage *after = sent_merge(rq, module, before, change, &update);
        write_update(rq, module, before, after, &check->row->write);
}

bool change_all_read(ChangeAll *all, Req *rq)
{
        const CallContext context = job_context(all->job);
        Req one;

        if (!req_run(rq, all->arena, all->entity, &context, select_body, all))
                return false;
        for (unsigned i = 0; i < all->n; i++) {
                ChangeAllRow *row = &all->rows[i];
                Check check = {all, row};
                row->refused = !req_run(&one, all->arena, all->entity, &context, check_body, &check);
                if (row->refused)
                        row->problem = one.problems[0];
                if (i % YIELD_ROWS == YIELD_ROWS - 1)
                        task_yield();
        }
        return true;
}

/* ---- writing ---- */

static PgStmt reject_stmt(const ChangeAll *all, const ChangeAllRow *row)
{
        static const char sql[] =
                "INSERT INTO job_reject (job, line, field, code, args, record) VALUES ($1, $2, $3, $4, $5, $6) "
                "ON CONFLICT DO NOTHING";
        PgArgs *args = pg_args(all->arena);
        const ReqProblem *problem = &row->problem;
        Str texts[REQ_ARGS_MAX];
        unsigned n = 0;

        for (; n < REQ_ARGS_MAX && problem->args[n]; n++)
                texts[n] = str_of(problem->args[n]);
        const Uuid id = record_id(row->before);
        (void)pg_arg_uuid(args, &all->job->id);
        (void)pg_arg_int8(args, row->line);
        (void)(problem->field ? pg_arg_text(args, str_of(problem->field)) : pg_arg_null(args, PG_TEXT));
        (void)pg_arg_text(args, str_of(msg_key(problem->code)));
        (void)pg_arg_text_array(args, texts, n);
        (void)pg_arg_uuid(args, &id);
        return (PgStmt){sql, args};
}

/* Those whose statement gave no row are counted when they have been tried again. */
static PgStmt progress_stmt(const ChangeAll *all, int64_t done, int64_t rejected)
{
        static const char sql[] =
                "UPDATE job SET state = 'running', position = $2, done = done + $3, rejected = rejected + $4, "
                "spec = jsonb_set(spec, '{after}', to_jsonb($5::text)) "
                "WHERE id = $1 AND state IN ('waiting', 'running') RETURNING id";
        const ChangeAllRow *last = &all->rows[all->n - 1];
        PgArgs *args = pg_args(all->arena);
        char after[UUID_TEXT + 1];
        Uuid id = all->only ? all->after : record_id(last->before);

        uuid_format(&id, after);
        (void)pg_arg_uuid(args, &all->job->id);
        (void)pg_arg_int8(args, all->only ? all->position : last->line);
        (void)pg_arg_int8(args, done);
        (void)pg_arg_int8(args, rejected);
        (void)pg_arg_text(args, str_of(after));
        return (PgStmt){sql, args};
}

typedef struct After {
        const Write *write;
        const PgRows *rows;
} After;

static void after_body(Req *rq, void *arg)
{
        const After *after = arg;

        write_done(rq, after->write, after->rows);
}

/* What follows from each; it is committed, whatever comes of that. */
static void follow(const ChangeAll *all)
{
        const CallContext context = job_context(all->job);
        Req rq;

        for (unsigned i = 0; i < all->n; i++) {
                const ChangeAllRow *row = &all->rows[i];
                After after = {&row->write, row->rows};
                if (!row->refused && row->write.stmt.sql && pg_rows(row->rows) > 0)
                        (void)req_run(&rq, all->arena, all->entity, &context, after_body, &after);
        }
        relay_poke(all->entity);
}

static int write_rows(ChangeAll *all, int64_t *ret_done, int64_t *ret_rejected)
{
        PgStmt *stmts = arena_array(all->arena, all->n, sizeof *stmts);
        PgRows **rows = arena_array(all->arena, all->n, sizeof *rows);
        int r = 0;
        unsigned n = 0;

        *ret_done = *ret_rejected = 0;
        for (unsigned i = 0; i < all->n; i++) {
                const ChangeAllRow *row = &all->rows[i];
                *ret_rejected += row->refused;
                if (row->refused)
                        stmts[n++] = reject_stmt(all, row);
                else if (row->write.stmt.sql)
                        stmts[n++] = row->write.stmt;
        }
        if (n > 0)
                r = pg_conn_exec(all->job->conn, all->arena, stmts, n, rows);
        for (unsigned i = 0, at = 0; r == 0 && i < all->n; i++) {
                ChangeAllRow *row = &all->rows[i];
                bool ran = row->refused || row->write.stmt.sql;
                row->rows = ran ? rows[at++] : NULL;
                *ret_done += !row->refused && (!ran || pg_rows(row->rows) > 0);
        }
        return r;
}

int change_all_write(ChangeAll *all)
{
        PgConn *conn = all->job->conn;
        int64_t done, rejected;
        PgRows *rows;

        int r = pg_conn_script(conn, "BEGIN");
        if (r == 0)
                r = write_rows(all, &done, &rejected);
        if (r == 0) {
                const PgStmt progress = progress_stmt(all, done, rejected);
                r = pg_conn_exec(conn, all->arena, &progress, 1, &rows);
                if (r == 0 && pg_rows(rows) == 0)
                        r = JOB_ENDED;
        }
        if (r == 0)
                r = pg_conn_script(conn, "COMMIT");
        if (r > 0 && pg_conn_in_transaction(conn))
                (void)pg_conn_script(conn, "ROLLBACK");
        if (r != 0)
                return r;
        if (!all->only) {
                all->position = all->rows[all->n - 1].line;
                all->after = record_id(all->rows[all->n - 1].before);
        }
        follow(all);
        return 0;
}
