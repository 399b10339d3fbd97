/* Conditions to SQL. Every value is a parameter; the text that is put together holds column names of our own
 * tables, keys that custom_field's CHECK allows, and numbers of parameters. */
#include <string.h>

#include "base/message.h"
#include "entity.pb-c.h"
#include "entity/filter.h"
#include "entity/record.h"
#include "entity/relative.h"
#include "entity/validate.h"

typedef struct Builder {
        Req *rq;
        const ModuleRuntime *module;
        const Zone *zone;
        StrBuf *sql;
        PgArgs *args;
        unsigned leaves;
} Builder;

static _Noreturn void refuse(Builder *b, const Cauce__Filter *filter)
{
        const char *field = filter->field ? filter->field : "", *op = filter->op ? filter->op : "";

        req_fail(b->rq, BAD_FILTER, "filter",
                req_printf(b->rq, "%s[%s]", utf8_cut(b->rq->arena, str_of(field), 60),
                        utf8_cut(b->rq->arena, str_of(op), 16)));
}

const char *field_sql(Arena *arena, const Field *field)
{
        if (!(field->flags & FIELD_CUSTOM))
                return arena_printf(arena, "l.%s", field->name);
        const char *cast = "cf_key";
        switch (field->kind) {
        case KIND_TEXT:
        case KIND_LONG_TEXT:
                return arena_printf(arena, "(cf_text(l.custom, '%s') COLLATE \"es-x-icu\")", field->name);
        case KIND_INTEGER:
        case KIND_DECIMAL:
        case KIND_MONEY:
        case KIND_PERCENT:
                cast = "cf_number";
                break;
        case KIND_BOOL:
                cast = "cf_bool";
                break;
        default:
                break;
        }
        return arena_printf(arena, "%s(l.custom, '%s')", cast, field->name);
}

/* The value as a parameter, written with the cast its expression is compared with. */
static void put_value(Builder *b, const Field *field, const Cauce__Filter *filter, const char *text)
{
        Arena *arena = b->rq->arena;
        Value value;
        MsgCode code;
        const char *arg;

        if (!validate_text(arena, b->rq->entity, field, str_of(text), &value, &code, &arg) || value.null)
                refuse(b, filter);
        if (!(field->flags & FIELD_CUSTOM)) {
                strbuf_printf(b->sql, "$%u", value_arg(b->args, store_of(field->kind), &value));
                return;
        }
        StrBuf canonical = {.arena = arena};
        bool number = store_of(field->kind) == STORE_INT8;
        char date[28];
        switch (store_of(field->kind)) {
        case STORE_INT8:
                strbuf_put_decimal(&canonical, value.number, custom_decimals(field->kind), 0);
                break;
        case STORE_DATE:
                date_format((int32_t)value.number, date);
                strbuf_puts(&canonical, date);
                break;
        default:
                strbuf_put(&canonical, value.text.p, value.text.len);
        }
        unsigned n = pg_arg_text(b->args, (Str){canonical.p, canonical.len});
        strbuf_printf(b->sql, number ? "($%u::text)::numeric" : "$%u", n);
}

/* ---- instants and days: every value is a range [from, to) ---- */

/* Custom instants are kept by the second: before and from `at` on are before and from the next whole one on.
 */
static int64_t whole_second(int64_t at)
{
        int64_t past = (at % 1000000 + 1000000) % 1000000;

        return past ? at - past + 1000000 : at;
}

static void put_instant(Builder *b, const Field *field, int64_t at)
{
        if (!(field->flags & FIELD_CUSTOM)) {
                Value value = {.number = at};
                strbuf_printf(b->sql, "$%u", value_arg(b->args, store_of(field->kind), &value));
                return;
        }
        char text[28];
        if (field->kind == KIND_DATE)
                date_format((int32_t)at, text);
        else
                instant_format(whole_second(at), text);
        strbuf_printf(b->sql, "$%u", pg_arg_text(b->args, str_of(text)));
}

static void put_range(Builder *b, const Field *field, TimeRange range)
{
        const char *expr = field_sql(b->rq->arena, field);

        strbuf_printf(b->sql, "(%s >= ", expr);
        put_instant(b, field, range.from);
        strbuf_printf(b->sql, " AND %s < ", expr);
        put_instant(b, field, range.to);
        strbuf_putc(b->sql, ')');
}

static TimeRange range_of(Builder *b, const Field *field, const Cauce__Filter *filter, unsigned i)
{
        TimeRange range;

        if (i >= filter->n_values || !relative_value(field->kind, str_of(filter->values[i]), b->zone, &range))
                refuse(b, filter);
        return range;
}

/* True when the operator was one of the calendar's. */
static bool put_relative(Builder *b, const Field *field, const Cauce__Filter *filter)
{
        Str value = filter->n_values ? str_of(filter->values[0]) : (Str){};
        TimeRange range;

        if (filter->n_values > 1 ||
                !relative_range(field->kind, filter->op, value, b->rq->now, b->zone, &range))
                return false;
        put_range(b, field, range);
        return true;
}

static void where_time(Builder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *expr = field_sql(b->rq->arena, field), *op = filter->op;

        if (put_relative(b, field, filter))
                return;
        TimeRange range = range_of(b, field, filter, 0);
        bool between = streq(op, "between");
        if (filter->n_values != (between ? 2 : 1))
                refuse(b, filter);
        if (between)
                range.to = range_of(b, field, filter, 1).to;
        if (between || streq(op, "eq")) {
                put_range(b, field, range);
        } else if (streq(op, "ne")) {
                strbuf_puts(b->sql, "(");
                put_range(b, field, range);
                strbuf_puts(b->sql, ") IS NOT TRUE");
        } else if (streq(op, "lt") || streq(op, "ge")) {
                strbuf_printf(b->sql, "%s %s ", expr, streq(op, "lt") ? "<" : ">=");
                put_instant(b, field, range.from);
        } else if (streq(op, "le") || streq(op, "gt")) {
                strbuf_printf(b->sql, "%s %s ", expr, streq(op, "le") ? "<" : ">=");
                put_instant(b, field, range.to);
        } else {
                refuse(b, filter);
        }
}

/* ---- the rest ---- */

static void put_in(Builder *b, const Field *field, const Cauce__Filter *filter)
{
        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                refuse(b, filter);
        strbuf_printf(b->sql, "%s IN (", field_sql(b->rq->arena, field));
        for (size_t i = 0; i < filter->n_values; i++) {
                if (i > 0)
                        strbuf_puts(b->sql, ", ");
                put_value(b, field, filter, filter->values[i]);
        }
        strbuf_putc(b->sql, ')');
}

static void put_like(StrBuf *pattern, Str folded)
{
        for (size_t i = 0; i < folded.len; i++) {
                if (folded.p[i] == '%' || folded.p[i] == '_' || folded.p[i] == '\\')
                        strbuf_putc(pattern, '\\');
                strbuf_putc(pattern, folded.p[i]);
        }
}

static unsigned like_arg(Builder *b, const char *before, Str text)
{
        StrBuf pattern = {.arena = b->rq->arena};

        strbuf_puts(&pattern, before);
        put_like(&pattern, text_fold(b->rq->arena, text));
        strbuf_putc(&pattern, '%');
        return pg_arg_text(b->args, (Str){pattern.p, pattern.len});
}

static void where_like(Builder *b, const Field *field, const Cauce__Filter *filter, const char *before)
{
        if (filter->n_values != 1 || !filter->values[0][0] || !utf8_valid(str_of(filter->values[0])))
                refuse(b, filter);
        const char *expr = field_sql(b->rq->arena, field);
        if (field->flags & FIELD_SEARCHABLE)
                strbuf_printf(b->sql, "l.fold LIKE $%u AND ", like_arg(b, "%", str_of(filter->values[0])));
        strbuf_printf(b->sql, "fold_sql(%s) LIKE $%u", expr, like_arg(b, before, str_of(filter->values[0])));
}

static void where_bool(Builder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *value = filter->n_values == 1 ? filter->values[0] : "";
        bool yes = streq(value, "true");

        if ((!yes && !streq(value, "false")) || (!streq(filter->op, "eq") && !streq(filter->op, "ne")))
                refuse(b, filter);
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

static void where_plain(Builder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *op = filter->op, *expr = field_sql(b->rq->arena, field), *sign = comparison(op);
        bool text = store_of(field->kind) == STORE_TEXT;

        if (sign && filter->n_values == 1) {
                strbuf_printf(b->sql, "%s %s ", expr, sign);
                put_value(b, field, filter, filter->values[0]);
        } else if (streq(op, "in")) {
                put_in(b, field, filter);
        } else if (streq(op, "nin")) {
                strbuf_puts(b->sql, "(");
                put_in(b, field, filter);
                strbuf_puts(b->sql, ") IS NOT TRUE");
        } else if (streq(op, "between") && filter->n_values == 2) {
                strbuf_printf(b->sql, "%s BETWEEN ", expr);
                put_value(b, field, filter, filter->values[0]);
                strbuf_puts(b->sql, " AND ");
                put_value(b, field, filter, filter->values[1]);
        } else if (text && streq(op, "contains")) {
                where_like(b, field, filter, "%");
        } else if (text && streq(op, "starts")) {
                where_like(b, field, filter, "");
        } else {
                refuse(b, filter);
        }
}

static void where_texts(Builder *b, const Field *field, const Cauce__Filter *filter)
{
        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                refuse(b, filter);
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
                refuse(b, filter);
}

static void where_leaf(Builder *b, const Cauce__Filter *filter)
{
        if (!filter->field || !filter->op || ++b->leaves > FILTER_LEAVES_MAX ||
                b->args->n + filter->n_values + 2 > FILTER_ARGS_MAX)
                refuse(b, filter);
        const Field *field = runtime_field(b->module, str_of(filter->field));
        Store store = field ? store_of(field->kind) : STORE_NONE;
        if (store == STORE_NONE || store == STORE_CUSTOM || field->flags & FIELD_SECRET)
                refuse(b, filter);
        if (streq(filter->op, "empty") || streq(filter->op, "filled")) {
                strbuf_printf(b->sql, "%s IS %sNULL", field_sql(b->rq->arena, field),
                        streq(filter->op, "filled") ? "NOT " : "");
                return;
        }
        strbuf_putc(b->sql, '(');
        if (store == STORE_TIME || store == STORE_DATE)
                where_time(b, field, filter);
        else if (store == STORE_BOOL)
                where_bool(b, field, filter);
        else if (store == STORE_TEXTS)
                where_texts(b, field, filter);
        else
                where_plain(b, field, filter);
        strbuf_putc(b->sql, ')');
}

static void where_node(Builder *b, const Cauce__Filter *filter, unsigned depth);

static void where_many(
        Builder *b, Cauce__Filter *const *filters, size_t n, const char *joiner, unsigned depth)
{
        strbuf_putc(b->sql, '(');
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        strbuf_puts(b->sql, joiner);
                where_node(b, filters[i], depth + 1);
        }
        strbuf_putc(b->sql, ')');
}

static void where_node(Builder *b, const Cauce__Filter *filter, unsigned depth)
{
        unsigned kinds =
                (filter->n_all > 0) + (filter->n_any > 0) + (filter->not_ != NULL) + (filter->field != NULL);

        if (kinds != 1 || depth > FILTER_DEPTH_MAX)
                refuse(b, filter);
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
        Builder builder = {.rq = rq, .module = module, .zone = zone, .sql = sql, .args = args};

        where_node(&builder, filter, 0);
}

#define SEARCH_WORDS_MAX 8

void search_sql(Req *rq, Str q, StrBuf *sql, PgArgs *args)
{
        Builder builder = {.rq = rq, .sql = sql, .args = args};
        Str folded = str_trim(text_fold(rq->arena, q));

        strbuf_puts(sql, "true");
        for (unsigned words = 0; folded.len > 0 && words < SEARCH_WORDS_MAX; words++) {
                const char *blank = memchr(folded.p, ' ', folded.len);
                Str word = {folded.p, blank ? (size_t)(blank - folded.p) : folded.len};
                unsigned n = like_arg(&builder, utf8_length(word) < 3 ? "% " : "%", word);

                strbuf_printf(sql, " AND l.fold LIKE $%u", n);
                size_t used = word.len + (blank ? 1 : 0);
                folded = (Str){folded.p + used, folded.len - used};
        }
}
