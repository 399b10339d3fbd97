/* The statement of a page: an index walked under the principal's predicate, or the tops of the predicate's
 * branches put together. Every value is a parameter. */
#include "entity.pb-c.h"
#include "entity/access_sql.h"
#include "entity/filter.h"
#include "entity/list_private.h"

void selection_sql(Req *rq, const Selection *selection, StrBuf *sql, PgArgs *args)
{
        Str q = str_of(selection->q);

        strbuf_printf(sql, "l.deleted_at IS %sNULL", selection->deleted ? "NOT " : "");
        if (selection->filter) {
                strbuf_puts(sql, " AND ");
                filter_sql(rq, selection->module, selection->filter, selection->zone, sql, args);
        }
        if (selection->n_ids > 0)
                strbuf_printf(sql, " AND l.id = ANY($%u)",
                        pg_arg_uuid_array(args, selection->ids, (unsigned)selection->n_ids));
        if (utf8_length(q) > SEARCH_MAX)
                req_fail(rq, TOO_LONG, "q", "200");
        if (q.len > 0) {
                strbuf_puts(sql, " AND ");
                search_sql(rq, selection->module, q, sql, args);
        }
}

/* ---- columns ---- */

/* " AS c0" when they are numbered, else nothing. */
static void put_name(StrBuf *sql, bool named, unsigned i)
{
        if (named)
                strbuf_printf(sql, " AS c%u", i);
}

#define OBJECT_KEYS 50 /* a function takes a hundred arguments */

static void put_custom(const Columns *columns, StrBuf *sql)
{
        strbuf_puts(sql, "jsonb_strip_nulls(");
        for (unsigned i = 0; i < columns->n_custom; i++) {
                const char *name = columns->custom[i]->name;
                const char *before = i % OBJECT_KEYS ? ", "
                                     : i             ? ") || jsonb_build_object("
                                                     : "jsonb_build_object(";
                strbuf_printf(sql, "%s'%s', l.custom -> '%s'", before, name, name);
        }
        strbuf_puts(sql, "))");
}

static void put_columns(const Page *page, bool named, StrBuf *sql)
{
        const Columns *columns = &page->columns;

        for (unsigned i = 0; i < columns->n; i++) {
                if (columns->fields[i]->kind == KIND_CUSTOM)
                        put_custom(columns, sql);
                else
                        strbuf_printf(sql, "l.%s", columns->fields[i]->name);
                put_name(sql, named, i);
                strbuf_puts(sql, ", ");
        }
}

/* Custom keys travel as text, whatever they are compared as. */
static const char *key_cast(const SortKey *key)
{
        return key->field->flags & FIELD_CUSTOM && key->store == STORE_TEXT ? "::text" : "";
}

/* The keys and the id as they are answered: of the record, or of `alias`'s columns k0, k1…, kid. */
static void put_keys(const Page *page, const char *alias, StrBuf *sql)
{
        for (unsigned i = 0; i < page->sort.n; i++) {
                const SortKey *key = &page->sort.keys[i];
                if (alias)
                        strbuf_printf(sql, "%s.k%u%s, ", alias, i, key_cast(key));
                else
                        strbuf_printf(sql, "%s%s, ", key->sql, key_cast(key));
        }
        strbuf_printf(sql, "%s", alias ? alias : "l");
        strbuf_puts(sql, alias ? ".kid" : ".id");
}

/* ---- one phase: what both forms share ---- */

typedef struct Phase {
        Page *page;
        Str where; /* of the selection, and after the cursor */
        unsigned limit;
        bool generic; /* planned once for all values */
        PgArgs *args;
        AccessPlan *plan;
} Phase;

static void put_limit(const Phase *phase, const char *alias, StrBuf *sql)
{
        sort_order(&phase->page->sort, alias, sql);
        strbuf_printf(sql, " LIMIT %u", phase->limit);
}

static void put_walk(const Phase *phase, StrBuf *sql)
{
        Page *page = phase->page;
        const ModuleRuntime *module = page->selection.module;

        strbuf_puts(sql, "SELECT ");
        put_columns(page, false, sql);
        put_keys(page, NULL, sql);
        strbuf_printf(
                sql, " FROM %s l WHERE %.*s", module->module->table, (int)phase->where.len, phase->where.p);
        size_t before = sql->len;
        access_where(page->rq, module, page->selection.mine, sql, phase->args);
        /* A plan for all must not think that the owners are few: so worded no index of theirs serves it. */
        if (phase->generic && sql->len > before)
                strbuf_puts(sql, " IS TRUE");
        put_limit(phase, NULL, sql);
}

/* ---- branches ---- */

/* Rows of one branch as k0, k1…, kid, before them the columns as c0, c1… when the branches are read whole. */
static void put_records(const Phase *phase, const AccessBranch *branch, StrBuf *sql)
{
        const Page *page = phase->page;

        strbuf_puts(sql, "SELECT ");
        if (phase->plan->few)
                put_columns(page, true, sql);
        for (unsigned i = 0; i < page->sort.n; i++)
                strbuf_printf(sql, "%s AS k%u, ", page->sort.keys[i].sql, i);
        strbuf_printf(sql, "l.id AS kid FROM %s l WHERE ", page->selection.module->module->table);
        if (branch->column)
                strbuf_printf(sql, "l.%s = o.owner AND ", branch->column);
        strbuf_put(sql, phase->where.p, phase->where.len);
        strbuf_put(sql, branch->condition.p, branch->condition.len);
        /* Without an index that has the owner's records in order the planner must not be tempted to walk the
         * whole list's for them. */
        if (!branch->column || phase->plan->indexed)
                put_limit(phase, NULL, sql);
}

static void put_branch(const Phase *phase, const AccessBranch *branch, StrBuf *sql)
{
        if (!branch->column) {
                put_records(phase, branch, sql);
                return;
        }
        strbuf_printf(
                sql, "SELECT x.* FROM unnest($%u::uuid[]) o(owner) CROSS JOIN LATERAL (", branch->owners);
        put_records(phase, branch, sql);
        strbuf_puts(sql, ") x");
}

static void put_distinct(const Phase *phase, StrBuf *sql)
{
        strbuf_puts(sql, "SELECT DISTINCT ON (");
        for (unsigned i = 0; i < phase->page->sort.n; i++)
                strbuf_printf(sql, "u.k%u, ", i);
        strbuf_puts(sql, "u.kid) ");
}

static void put_union(const Phase *phase, StrBuf *sql)
{
        strbuf_puts(sql, " FROM (");
        for (unsigned i = 0; i < phase->plan->n; i++) {
                strbuf_puts(sql, i ? ") UNION ALL (" : "(");
                put_branch(phase, &phase->plan->branches[i], sql);
        }
        strbuf_puts(sql, ")) u");
        put_limit(phase, "u", sql);
}

/* The branches hold the columns. */
static void put_few(const Phase *phase, StrBuf *sql)
{
        put_distinct(phase, sql);
        for (unsigned i = 0; i < phase->page->columns.n; i++)
                strbuf_printf(sql, "u.c%u, ", i);
        put_keys(phase->page, "u", sql);
        put_union(phase, sql);
}

/* The branches hold keys and ids, out of the indexes alone where these have them; the page's rows are fetched
 * by id. */
static void put_many(const Phase *phase, StrBuf *sql)
{
        const Page *page = phase->page;

        strbuf_puts(sql, "SELECT ");
        put_columns(page, false, sql);
        put_keys(page, "p", sql);
        strbuf_puts(sql, " FROM (");
        put_distinct(phase, sql);
        for (unsigned i = 0; i < page->sort.n; i++)
                strbuf_printf(sql, "u.k%u, ", i);
        strbuf_puts(sql, "u.kid");
        put_union(phase, sql);
        strbuf_printf(sql, ") p JOIN %s l ON l.id = p.kid", page->selection.module->module->table);
        sort_order(&page->sort, "p", sql);
}

/* ---- which ---- */

/* A condition that a text index serves, somewhere in it. */
static bool searches(const Cauce__Filter *filter)
{
        bool found = filter && filter->op && (streq(filter->op, "contains") || streq(filter->op, "starts"));

        for (size_t i = 0; filter && !found && i < filter->n_all; i++)
                found = searches(filter->all[i]);
        return found;
}

static AccessQuery access_query(const Page *page, unsigned limit)
{
        const Field *first = page->sort.keys[0].field;
        bool custom = first->flags & FIELD_CUSTOM;
        const Selection *selection = &page->selection;

        return (AccessQuery){.column = custom ? "?" : first->name,
                .single = page->sort.n == 1 && !custom,
                .limit = limit,
                .searching = str_of(selection->q).len > 0 || searches(selection->filter),
                .deleted = selection->deleted,
                .mine = selection->mine,
                .chosen = selection->n_ids > 0};
}

PgRows *page_rows(Page *page, bool tail, unsigned limit)
{
        Req *rq = page->rq;
        StrBuf where = {.arena = rq->arena}, sql = {.arena = rq->arena};
        AccessPlan *plan = arena_raw(rq->arena, sizeof *plan);
        PgArgs *args = pg_args(rq->arena);
        const AccessQuery query = access_query(page, limit);
        PgRows *rows;

        selection_sql(rq, &page->selection, &where, args);
        sort_after(&page->sort, page->cursor, tail, &where, args);
        access_branches(rq, page->selection.module, &query, args, plan);
        /* Planning takes longer than reading a page. */
        const Phase phase = {.page = page,
                .where = {where.p, where.len},
                .limit = limit,
                .generic = !plan->values && !page->selection.filter && !str_of(page->selection.q).len &&
                           page->selection.n_ids == 0,
                .args = args,
                .plan = plan};
        if (plan->n == 0)
                put_walk(&phase, &sql);
        else if (plan->few)
                put_few(&phase, &sql);
        else
                put_many(&phase, &sql);
        const PgStmt stmt = {.sql = sql.p, .args = args, .generic = phase.generic};
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &stmt, 1, rq->deadline, &rows));
        return rows;
}
