/* Conditions on days and instants: every value is a range [from, to). */
#include "entity.pb-c.h"
#include "entity/filter_private.h"
#include "entity/record.h"
#include "entity/relative.h"

/* Custom instants are kept by the second: before and from `at` on are before and from the next whole one on.
 */
static int64_t whole_second(int64_t at)
{
        int64_t past = (at % 1000000 + 1000000) % 1000000;

        return past ? at - past + 1000000 : at;
}

static void put_instant(FilterBuilder *b, const Field *field, int64_t at)
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

static void put_range(FilterBuilder *b, const Field *field, TimeRange range)
{
        const char *expr = field_sql(b->rq->arena, field);

        strbuf_printf(b->sql, "(%s >= ", expr);
        put_instant(b, field, range.from);
        strbuf_printf(b->sql, " AND %s < ", expr);
        put_instant(b, field, range.to);
        strbuf_putc(b->sql, ')');
}

static TimeRange range_of(FilterBuilder *b, const Field *field, const Cauce__Filter *filter, unsigned i)
{
        TimeRange range;

        if (i >= filter->n_values || !relative_value(field->kind, str_of(filter->values[i]), b->zone, &range))
                filter_refuse(b, filter);
        return range;
}

/* True when the operator was one of the calendar's. */
static bool put_relative(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        Str value = filter->n_values ? str_of(filter->values[0]) : (Str){};
        TimeRange range;

        if (filter->n_values > 1 ||
                !relative_range(field->kind, filter->op, value, b->rq->now, b->zone, &range))
                return false;
        put_range(b, field, range);
        return true;
}

void filter_put_time(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *expr = field_sql(b->rq->arena, field), *op = filter->op;

        if (put_relative(b, field, filter))
                return;
        TimeRange range = range_of(b, field, filter, 0);
        bool between = streq(op, "between");
        if (filter->n_values != (between ? 2 : 1))
                filter_refuse(b, filter);
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
                filter_refuse(b, filter);
        }
}
