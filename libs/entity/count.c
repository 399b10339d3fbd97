/* How many records a list has: up to a cap, or by the values of a field; and a number of theirs added up. */
#include "base/money.h"
#include "entity.pb-c.h"
#include "entity/access_sql.h"
#include "entity/filter.h"
#include "entity/list_private.h"

typedef struct Count {
        Req *rq;
        const ModuleRuntime *module;
        Str where;
        PgArgs *args;
        const Field *sum; /* NULL = none */
} Count;

#define GROUPS_MAX 1000

static PgRows *count_ask(const Count *count, const StrBuf *sql)
{
        Req *rq = count->rq;
        PgRows *rows;

        req_pg(rq,
                pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql->p, count->args}, 1, rq->deadline, &rows));
        return rows;
}

/* A field that the principal may view, of the kinds that `good` names; else the parameter is refused. */
static const Field *count_field(
        const Count *count, const char *parameter, const char *name, bool (*good)(Kind kind))
{
        Req *rq = count->rq;
        const Field *field = runtime_field(count->module, str_of(name));

        if (!field || !good(field->kind) || !access_field(rq, count->module, field, ACCESS_ON_VIEW))
                req_fail(rq, BAD_FILTER, parameter, utf8_cut(rq->arena, str_of(name), 60));
        return field;
}

static bool groups(Kind kind)
{
        return kind == KIND_PICKLIST || kind == KIND_BOOL;
}

static bool adds_up(Kind kind)
{
        return kind == KIND_INTEGER || kind == KIND_DECIMAL || kind == KIND_MONEY || kind == KIND_PERCENT;
}

/* ---- sums: as numbers that don't overflow, told as decimal text ---- */

/* The sum as a number of whole units: custom fields hold these, columns an int64 that counts smaller ones. */
static const char *sum_sql(const Count *count, const char *of_all)
{
        Arena *arena = count->rq->arena;
        const char *expr = field_sql(arena, count->sum);
        const char *sum = of_all[0] ? arena_printf(arena, "sum(sum(%s)) %s", expr, of_all)
                                    : arena_printf(arena, "sum(%s)", expr);
        unsigned decimals = currency_decimals(count->rq->entity->currency);
        bool custom = count->sum->flags & FIELD_CUSTOM;

        if (count->sum->kind == KIND_MONEY)
                return arena_printf(arena, "round(coalesce(%s, 0)::numeric * 1e-%u, %u)::text", sum,
                        custom ? 0 : decimals, decimals);
        return arena_printf(arena, "trim_scale(coalesce(%s, 0)::numeric * 1e-%u)::text", sum,
                custom || count->sum->kind == KIND_INTEGER ? 0 : 6);
}

/* ---- by the values of a field ---- */

static Cauce__CountGroup *group_row(const Count *count, const PgRows *rows, int row)
{
        Arena *arena = count->rq->arena;
        Cauce__CountGroup *group = arena_alloc(arena, sizeof *group);

        cauce__count_group__init(group);
        group->key = pg_text_copy(rows, row, 0, arena);
        group->has_count = true;
        group->count = pg_int(rows, row, 1);
        if (count->sum)
                group->sum = pg_text_copy(rows, row, 2, arena);
        return group;
}

static void count_groups(const Count *count, const Field *field, Cauce__CountReply *ret)
{
        Req *rq = count->rq;
        StrBuf sql = {.arena = rq->arena};

        strbuf_printf(&sql, "SELECT (%s)::text, count(*)", field_sql(rq->arena, field));
        if (count->sum)
                strbuf_printf(&sql, ", %s, %s", sum_sql(count, ""), sum_sql(count, "OVER ()"));
        strbuf_printf(&sql, " FROM %s l WHERE %.*s GROUP BY 1 ORDER BY 2 DESC LIMIT %d",
                count->module->module->table, (int)count->where.len, count->where.p, GROUPS_MAX);
        const PgRows *rows = count_ask(count, &sql);
        ret->groups = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *ret->groups);
        for (int row = 0; row < pg_rows(rows); row++) {
                ret->groups[ret->n_groups] = group_row(count, rows, row);
                ret->count += ret->groups[ret->n_groups++]->count;
        }
        if (count->sum)
                ret->sum = pg_rows(rows) > 0 ? pg_text_copy(rows, 0, 3, rq->arena) : (char *)"0";
}

/* ---- in all ---- */

static void count_sum(const Count *count, Cauce__CountReply *ret)
{
        StrBuf sql = {.arena = count->rq->arena};

        strbuf_printf(&sql, "SELECT count(*), %s FROM %s l WHERE %.*s", sum_sql(count, ""),
                count->module->module->table, (int)count->where.len, count->where.p);
        const PgRows *rows = count_ask(count, &sql);
        ret->count = pg_int(rows, 0, 0);
        ret->sum = pg_text_copy(rows, 0, 1, count->rq->arena);
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
        selection_ids(rq, &selection, in->ids, in->n_ids);
        selection_sql(rq, &selection, &where, count.args);
        access_where(rq, module, selection.mine, &where, count.args);
        count.where = (Str){where.p, where.len};
        ret->has_count = true;
        if (in->sum && in->sum[0])
                count.sum = count_field(&count, "sum", in->sum, adds_up);
        if (in->group_by && in->group_by[0])
                count_groups(&count, count_field(&count, "group_by", in->group_by, groups), ret);
        else if (count.sum)
                count_sum(&count, ret);
        else
                count_plain(&count, in->has_cap ? in->cap : COUNT_CAP_DEFAULT, ret);
}
