/* Conditions to SQL. Every value is a parameter; the text that is put together holds column names of our own
 * tables, keys that custom_field's CHECK allows, and numbers of parameters. */
#include <errno.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/filter_private.h"
#include "entity/record.h"

_Noreturn void filter_refuse(FilterBuilder *b, const Cauce__Filter *filter)
{
        const char *field = filter->field ? filter->field : "", *op = filter->op ? filter->op : "";
        const char *name = req_printf(b->rq, "%s[%s]", utf8_cut(b->rq->arena, str_of(field), 60),
                utf8_cut(b->rq->arena, str_of(op), 16));

        if (b->trusted)
                req_fault(b->rq, -EINVAL, req_printf(b->rq, "condition of a rule: %s", name));
        req_fail(b->rq, BAD_FILTER, "filter", name);
}

static void where_like(FilterBuilder *b, const Field *field, const Cauce__Filter *filter, const char *before)
{
        if (filter->n_values != 1 || !filter->values[0][0] || !utf8_valid(str_of(filter->values[0])))
                filter_refuse(b, filter);
        const char *expr = field_sql(b->rq->arena, field);
        if (field->flags & FIELD_SEARCHABLE)
                strbuf_printf(b->sql, "l.fold LIKE $%u AND ",
                        search_pattern(b->rq, b->args, "%", str_of(filter->values[0])));
        strbuf_printf(b->sql, "fold_sql(%s) LIKE $%u", expr,
                search_pattern(b->rq, b->args, before, str_of(filter->values[0])));
}

static void where_bool(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *value = filter->n_values == 1 ? filter->values[0] : "";
        bool yes = streq(value, "true");

        if ((!yes && !streq(value, "false")) || (!streq(filter->op, "eq") && !streq(filter->op, "ne")))
                filter_refuse(b, filter);
        const char *expr = field_sql(b->rq->arena, field);
        /* A partial index "WHERE x" serves these forms. */
        if (streq(filter->op, "eq"))
                strbuf_printf(b->sql, yes ? "%s" : "NOT %s", expr);
        else
                strbuf_printf(b->sql, yes ? "%s IS NOT TRUE" : "%s IS NOT FALSE", expr);
}

static const char *comparison(const char *op)
{
        static const char *const ops[][2] = {{"eq", "="}, {"ne", "IS DISTINCT FROM"}, {"lt", "<"},
                {"le", "<="}, {"gt", ">"}, {"ge", ">="}};

        for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
                if (streq(op, ops[i][0]))
                        return ops[i][1];
        return NULL;
}

static void where_plain(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *op = filter->op, *expr = field_sql(b->rq->arena, field), *sign = comparison(op);
        bool text = store_of(field->kind) == STORE_TEXT;

        if (sign && filter->n_values == 1) {
                strbuf_printf(b->sql, "%s %s ", expr, sign);
                filter_put_value(b, field, filter, filter->values[0]);
        } else if (streq(op, "in")) {
                filter_put_in(b, field, filter);
        } else if (streq(op, "nin")) {
                strbuf_puts(b->sql, "(");
                filter_put_in(b, field, filter);
                strbuf_puts(b->sql, ") IS NOT TRUE");
        } else if (streq(op, "between") && filter->n_values == 2) {
                strbuf_printf(b->sql, "%s BETWEEN ", expr);
                filter_put_value(b, field, filter, filter->values[0]);
                strbuf_puts(b->sql, " AND ");
                filter_put_value(b, field, filter, filter->values[1]);
        } else if (text && streq(op, "contains")) {
                where_like(b, field, filter, "%");
        } else if (text && streq(op, "starts")) {
                where_like(b, field, filter, "");
        } else {
                filter_refuse(b, filter);
        }
}

static void where_texts(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                filter_refuse(b, filter);
        Str *values = arena_array(b->rq->arena, filter->n_values, sizeof *values);
        for (size_t i = 0; i < filter->n_values; i++)
                values[i] = str_of(filter->values[i]);
        unsigned n = pg_arg_text_array(b->args, values, (unsigned)filter->n_values);
        bool all = streq(filter->op, "contains") || streq(filter->op, "eq");
        if (all || streq(filter->op, "in"))
                strbuf_printf(b->sql, "l.%s %s $%u", field->name, all ? "@>" : "&&", n);
        else if (streq(filter->op, "nin") || streq(filter->op, "ne"))
                strbuf_printf(b->sql, "(l.%s && $%u) IS NOT TRUE", field->name, n);
        else
                filter_refuse(b, filter);
}

static void where_leaf(FilterBuilder *b, const Cauce__Filter *filter)
{
        if (!filter->field || !filter->op || ++b->leaves > FILTER_LEAVES_MAX ||
                b->args->n + FILTER_LEAF_ARGS > b->max_args)
                filter_refuse(b, filter);
        const Field *field = runtime_field(b->module, str_of(filter->field));
        Store store = field ? store_of(field->kind) : STORE_NONE;
        if (store == STORE_NONE || store == STORE_CUSTOM || field->flags & FIELD_SECRET ||
                !(b->trusted || access_field(b->rq, b->module, field, ACCESS_ON_VIEW)))
                filter_refuse(b, filter);
        if (streq(filter->op, "empty") || streq(filter->op, "filled")) {
                strbuf_printf(b->sql, "%s IS %sNULL", field_sql(b->rq->arena, field),
                        streq(filter->op, "filled") ? "NOT " : "");
                return;
        }
        strbuf_putc(b->sql, '(');
        if (store == STORE_TIME || store == STORE_DATE)
                filter_put_time(b, field, filter);
        else if (store == STORE_BOOL)
                where_bool(b, field, filter);
        else if (store == STORE_TEXTS)
                where_texts(b, field, filter);
        else
                where_plain(b, field, filter);
        strbuf_putc(b->sql, ')');
}

static void where_node(FilterBuilder *b, const Cauce__Filter *filter, unsigned depth);

static void where_many(
        FilterBuilder *b, Cauce__Filter *const *filters, size_t n, const char *joiner, unsigned depth)
{
        strbuf_putc(b->sql, '(');
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        strbuf_puts(b->sql, joiner);
                where_node(b, filters[i], depth + 1);
        }
        strbuf_putc(b->sql, ')');
}

static void where_node(FilterBuilder *b, const Cauce__Filter *filter, unsigned depth)
{
        unsigned kinds =
                (filter->n_all > 0) + (filter->n_any > 0) + (filter->not_ != NULL) + (filter->field != NULL);

        if (kinds != 1 || depth > FILTER_DEPTH_MAX)
                filter_refuse(b, filter);
        if (filter->n_all > 0) {
                where_many(b, filter->all, filter->n_all, " AND ", depth);
        } else if (filter->n_any > 0) {
                where_many(b, filter->any, filter->n_any, " OR ", depth);
        } else if (filter->not_) {
                strbuf_puts(b->sql, "(");
                where_node(b, filter->not_, depth + 1);
                strbuf_puts(b->sql, ") IS NOT TRUE");
        } else {
                where_leaf(b, filter);
        }
}

void filter_sql(Req *rq, const ModuleRuntime *module, const Cauce__Filter *filter, const Zone *zone,
        StrBuf *sql, PgArgs *args)
{
        FilterBuilder builder = {.rq = rq,
                .module = module,
                .zone = zone,
                .sql = sql,
                .args = args,
                .max_args = args->n + FILTER_ARGS_MAX};

        where_node(&builder, filter, 0);
}

void filter_sql_trusted(Req *rq, const ModuleRuntime *module, const Cauce__Filter *filter, const Zone *zone,
        StrBuf *sql, PgArgs *args)
{
        FilterBuilder builder = {.rq = rq,
                .module = module,
                .zone = zone,
                .sql = sql,
                .args = args,
                .max_args = PG_ARGS_MAX - FILTER_LEAF_ARGS,
                .trusted = true};

        where_node(&builder, filter, 0);
}
