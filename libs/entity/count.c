/* How many records a list has: up to a cap, or by the values of a field. */
#include "entity.pb-c.h"
#include "entity/access_sql.h"
#include "entity/filter.h"
#include "entity/list_private.h"

typedef struct Count {
        Req *rq;
        const ModuleRuntime *module;
        Str where;
        PgArgs *args;
} Count;

static PgRows *count_ask(const Count *count, const StrBuf *sql)
{
        Req *rq = count->rq;
        PgRows *rows;

        req_pg(rq,
                pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql->p, count->args}, 1, rq->deadline, &rows));
        return rows;
}

static void count_groups(const Count *count, const char *name, Cauce__CountReply *ret)
{
        Req *rq = count->rq;
        const Field *field = runtime_field(count->module, str_of(name));
        StrBuf sql = {.arena = rq->arena};

        if (!field || (field->kind != KIND_PICKLIST && field->kind != KIND_BOOL) ||
                !access_field(rq, count->module, field, ACCESS_ON_VIEW))
                req_fail(rq, BAD_FILTER, "group_by", utf8_cut(rq->arena, str_of(name), 60));
        strbuf_printf(&sql,
                "SELECT (%s)::text, count(*) FROM %s l WHERE %.*s GROUP BY 1 ORDER BY 2 DESC LIMIT 1000",
                field_sql(rq->arena, field), count->module->module->table, (int)count->where.len,
                count->where.p);
        const PgRows *rows = count_ask(count, &sql);
        ret->groups = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *ret->groups);
        for (int row = 0; row < pg_rows(rows); row++) {
                Cauce__CountGroup *group = arena_alloc(rq->arena, sizeof *group);
                cauce__count_group__init(group);
                Str key = pg_text(rows, row, 0);
                group->key = pg_null(rows, row, 0) ? NULL : arena_strndup(rq->arena, key.p, key.len);
                group->has_count = true;
                group->count = pg_int(rows, row, 1);
                ret->count += group->count;
                ret->groups[ret->n_groups++] = group;
        }
}

static void count_plain(const Count *count, uint32_t cap, Cauce__CountReply *ret)
{
        StrBuf sql = {.arena = count->rq->arena};

        strbuf_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM %s l WHERE %.*s",
                count->module->module->table, (int)count->where.len, count->where.p);
        if (cap > 0)
                strbuf_printf(&sql, " LIMIT %llu", (unsigned long long)cap + 1);
        strbuf_puts(&sql, ") t");
        ret->count = pg_int(count_ask(count, &sql), 0, 0);
        ret->has_capped = true;
        ret->capped = cap > 0 && ret->count > cap;
        if (ret->capped)
                ret->count = cap;
}

void entity_count(Req *rq, const ModuleRuntime *module, const Cauce__CountRequest *in, Cauce__CountReply *ret)
{
        StrBuf where = {.arena = rq->arena};
        Count count = {.rq = rq, .module = module, .args = pg_args(rq->arena)};

        access_check(rq, module, ACCESS_SEE);
        Selection selection = selection_of(rq, module, view_of(rq, module, in->view), in->filter, in->zone);
        selection.q = in->q;
        selection.deleted = in->deleted;
        selection.mine = in->mine;
        selection_sql(rq, &selection, &where, count.args);
        access_where(rq, module, selection.mine, &where, count.args);
        count.where = (Str){where.p, where.len};
        ret->has_count = true;
        if (in->group_by && in->group_by[0])
                count_groups(&count, in->group_by, ret);
        else
                count_plain(&count, in->has_cap ? in->cap : COUNT_CAP_DEFAULT, ret);
}
