/* Who sees what, as conditions of a list: one for all, or branches; and which of the two costs less. */
#include <float.h>

#include "entity/access_sql.h"
#include "entity/access_stats.h"
#include "entity/filter.h"

#define ARM_ROWS    5    /* what a descent of an index costs, in rows */
#define RULE_ROWS   20   /* what planning one more branch costs */
#define RISK        2    /* a walk may be so much longer than branches */
#define SCANNED     4    /* rows of a scan cost as much as one that is fetched */
#define SEARCH_ROWS 2000 /* so many are looked through sooner than a text index is asked */
#define FEW_PAGES   4    /* fetching a row by its id costs four buffers */

/* The predicate names nobody: only the system, or somebody without any right to look, gets here so. */
static bool sees_nothing(const ModuleAccess *access)
{
        return access->n_see == 0 && access->n_rules == 0;
}

/* What one owns or is assigned to is always seen: one's own is the predicate of who sees nothing else. */
static const ModuleAccess *access_own(Req *rq, const ModuleRuntime *module)
{
        ModuleAccess *own = arena_alloc(rq->arena, sizeof *own);

        *own = (ModuleAccess){.module = module,
                .n_see = !uuid_is_nil(&rq->context.user),
                .see = arena_memdup(rq->arena, &rq->context.user, sizeof rq->context.user)};
        return own;
}

static const ModuleAccess *access_in(Req *rq, const ModuleRuntime *module, bool mine)
{
        return mine ? access_own(rq, module) : principal_access(rq, module);
}

/* ---- one condition ---- */

static void put_owners(StrBuf *sql, PgArgs *args, const Uuid *owners, unsigned n)
{
        unsigned arg = pg_arg_uuid_array(args, owners, n);

        strbuf_printf(sql, "l.owner = ANY($%u) OR l.assigned_to = ANY($%u)", arg, arg);
}

static void put_rule(Req *rq, const ModuleRuntime *module, const AccessRule *rule, StrBuf *sql, PgArgs *args)
{
        filter_sql_trusted(rq, module, rule->filter, rq->entity->zone, sql, args);
}

void access_where(Req *rq, const ModuleRuntime *module, bool mine, StrBuf *sql, PgArgs *args)
{
        const ModuleAccess *access = access_in(rq, module, mine);
        const char *joiner = " AND (";

        if (!access || access->see_all)
                return;
        if (sees_nothing(access)) {
                strbuf_puts(sql, " AND false");
                return;
        }
        if (access->n_see > 0) {
                strbuf_puts(sql, joiner);
                put_owners(sql, args, access->see, access->n_see);
                joiner = " OR ";
        }
        for (unsigned i = 0; i < access->n_rules; i++) {
                const AccessRule *rule = &access->rules[i];
                if (!rule->everybody && rule->n == 0)
                        continue;
                strbuf_puts(sql, joiner);
                put_rule(rq, module, rule, sql, args);
                if (!rule->everybody) {
                        strbuf_puts(sql, " AND (");
                        put_owners(sql, args, rule->owners, rule->n);
                        strbuf_putc(sql, ')');
                }
                joiner = " OR ";
        }
        strbuf_puts(sql, joiner[1] == 'A' ? " AND false" : ")");
}

/* ---- what each way costs, in rows looked at ---- */

static double lesser(double a, double b)
{
        return a < b ? a : b;
}

static double greater(double a, double b)
{
        return a > b ? a : b;
}

/* Of the records of these people: those that a branch reads, and the part of all that a walk meets. People
 * who are not among the common ones count as many for the one and as none for the other: to be wrong must not
 * mean to walk the whole index. */
typedef struct Sight {
        double rows, part;
} Sight;

static Sight column_sight(
        const AccessTable *table, const AccessColumn *column, const Uuid *owners, unsigned n, double most)
{
        Sight sight = {};

        for (unsigned i = 0; i < n; i++) {
                bool common;
                double part = access_part(column, &owners[i], &common);
                sight.rows += ARM_ROWS + lesser(most, part * table->rows);
                sight.part += common ? part : 0;
        }
        return sight;
}

static Sight sight_of(const AccessTable *table, const Uuid *owners, unsigned n, double most)
{
        Sight own = column_sight(table, &table->owner, owners, n, most),
              given = column_sight(table, &table->assigned_to, owners, n, most);

        return (Sight){own.rows + given.rows, lesser(1, greater(own.part, given.part))};
}

/* How often a condition holds is not known: a walk counts on none, a branch reads the owners' whole. */
static double rules_rows(const AccessTable *table, const ModuleAccess *access, unsigned limit)
{
        double rows = 0;

        for (unsigned i = 0; i < access->n_rules; i++) {
                const AccessRule *rule = &access->rules[i];
                rows += RULE_ROWS +
                        (rule->everybody ? limit
                                         : sight_of(table, rule->owners, rule->n, FEW_PAGES * (double)limit)
                                                   .rows);
        }
        return rows;
}

/* Rows that are met before the page is there: by walking in the list's order, by sorting all. */
static double walk_rows(const AccessTable *table, const AccessQuery *query, bool walkable, double part)
{
        if (query->searching)
                return SEARCH_ROWS;
        if (!walkable || !query->single)
                return table->rows / SCANNED;
        return part > 0 ? RISK * lesser(query->limit / part, table->rows) : table->rows;
}

/* An index has each person's records in the list's order. */
static bool owners_indexed(Req *rq, const AccessTable *table, const AccessQuery *query)
{
        return query->single && access_indexed(table, req_printf(rq, "owner,%s,id", query->column)) &&
               access_indexed(table, req_printf(rq, "assigned_to,%s,id", query->column));
}

/* Sets what is known of the branches; false = one condition. */
static bool branches_pay(Req *rq, const ModuleAccess *access, const AccessQuery *query, AccessPlan *plan)
{
        const AccessTable *table = access_stats_of(rq, access->module->module);

        plan->indexed = query->single;
        plan->few = access->n_see <= FEW_PAGES / 2 && access->n_rules == 0;
        if (!table)
                return true;
        bool walkable = access_indexed(table, query->column);
        /* Where no index tempts it to walk, PostgreSQL finds the records by their owners itself. */
        if (!access_indexed(table, "owner") || !access_indexed(table, "assigned_to") ||
                (!walkable && access->n_rules == 0))
                return false;
        plan->indexed = owners_indexed(rq, table, query);
        if (!table->analyzed)
                return true;
        double most = plan->indexed && !query->searching ? query->limit : DBL_MAX;
        Sight sight = sight_of(table, access->see, access->n_see, most);
        double rows = sight.rows + rules_rows(table, access, query->limit);
        plan->few = rows <= FEW_PAGES * (double)query->limit;
        bool pay = rows <= walk_rows(table, query, walkable, sight.part);
        /* Branches over an index of the owners' are the same for all, and so is a walk. */
        plan->values = pay ? !plan->indexed || access->n_rules > 0 : !walkable || !query->single;
        return pay;
}

/* ---- branches ---- */

static void branches_add(AccessPlan *plan, PgArgs *args, const Uuid *owners, unsigned n, Str condition)
{
        static const char *const columns[] = {"owner", "assigned_to"};
        unsigned arg = n > 0 ? pg_arg_uuid_array(args, owners, n) : 0;

        for (unsigned i = 0; n > 0 && i < 2; i++)
                plan->branches[plan->n++] =
                        (AccessBranch){.column = columns[i], .owners = arg, .condition = condition};
}

static Str rule_condition(Req *rq, const ModuleRuntime *module, const AccessRule *rule, PgArgs *args)
{
        StrBuf sql = {.arena = rq->arena};

        strbuf_puts(&sql, " AND ");
        put_rule(rq, module, rule, &sql, args);
        return (Str){sql.p, sql.len};
}

void access_branches(
        Req *rq, const ModuleRuntime *module, const AccessQuery *query, PgArgs *args, AccessPlan *ret)
{
        const ModuleAccess *access = access_in(rq, module, query->mine);

        ret->n = 0;
        ret->values = false;
        if (!access || access->see_all || sees_nothing(access))
                return;
        ret->values = true;
        if (query->deleted || query->chosen || 2 * access->n_rules + 2 > ACCESS_BRANCHES_MAX ||
                !branches_pay(rq, access, query, ret))
                return;
        branches_add(ret, args, access->see, access->n_see, (Str){"", 0});
        for (unsigned i = 0; i < access->n_rules; i++) {
                const AccessRule *rule = &access->rules[i];
                if (!rule->everybody && rule->n == 0)
                        continue;
                Str condition = rule_condition(rq, module, rule, args);
                if (rule->everybody)
                        ret->branches[ret->n++] = (AccessBranch){.condition = condition};
                else
                        branches_add(ret, args, rule->owners, rule->n, condition);
        }
}
