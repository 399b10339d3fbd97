/* Values of conditions as parameters, and the expressions they are compared with. */
#include "entity.pb-c.h"
#include "entity/filter_private.h"
#include "entity/record.h"
#include "entity/validate.h"

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

static Value value_of(FilterBuilder *b, const Field *field, const Cauce__Filter *filter, const char *text)
{
        Value value;
        MsgCode code;
        const char *arg;

        if (!validate_text(b->rq->arena, b->rq->entity, field, str_of(text), &value, &code, &arg) ||
                value.null)
                filter_refuse(b, filter);
        return value;
}

/* As a custom value stands in the jsonb. */
static Str custom_value(FilterBuilder *b, const Field *field, const Value *value)
{
        StrBuf canonical = {.arena = b->rq->arena};
        char date[28];

        switch (store_of(field->kind)) {
        case STORE_INT8:
                strbuf_put_decimal(&canonical, value->number, custom_decimals(field->kind), 0);
                break;
        case STORE_DATE:
                date_format((int32_t)value->number, date);
                strbuf_puts(&canonical, date);
                break;
        default:
                return value->text;
        }
        return (Str){canonical.p, canonical.len};
}

static bool is_custom_number(const Field *field)
{
        return field->flags & FIELD_CUSTOM && store_of(field->kind) == STORE_INT8;
}

void filter_put_value(FilterBuilder *b, const Field *field, const Cauce__Filter *filter, const char *text)
{
        Value value = value_of(b, field, filter, text);
        unsigned n = field->flags & FIELD_CUSTOM ? pg_arg_text(b->args, custom_value(b, field, &value))
                                                 : value_arg(b->args, store_of(field->kind), &value);

        strbuf_printf(b->sql, is_custom_number(field) ? "($%u::text)::numeric" : "$%u", n);
}

/* Several values are one parameter, so that the statement is the same for any number of them. */
static unsigned values_arg(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        Arena *arena = b->rq->arena;
        size_t n = filter->n_values;
        Str *texts = arena_array(arena, n, sizeof *texts);
        Uuid *ids = arena_array(arena, n, sizeof *ids);
        int64_t *numbers = arena_array(arena, n, sizeof *numbers);

        for (size_t i = 0; i < n; i++) {
                Value value = value_of(b, field, filter, filter->values[i]);
                texts[i] = field->flags & FIELD_CUSTOM ? custom_value(b, field, &value) : value.text;
                ids[i] = value.uuid;
                numbers[i] = value.number;
        }
        Store store = field->flags & FIELD_CUSTOM ? STORE_TEXT : store_of(field->kind);
        if (store == STORE_UUID)
                return pg_arg_uuid_array(b->args, ids, (unsigned)n);
        if (store == STORE_INT8)
                return pg_arg_int8_array(b->args, numbers, (unsigned)n);
        return pg_arg_text_array(b->args, texts, (unsigned)n);
}

/* One value is compared by "=": an index on (field, sort, id) then gives the order too. */
void filter_put_in(FilterBuilder *b, const Field *field, const Cauce__Filter *filter)
{
        const char *expr = field_sql(b->rq->arena, field);

        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                filter_refuse(b, filter);
        if (filter->n_values == 1) {
                strbuf_printf(b->sql, "%s = ", expr);
                filter_put_value(b, field, filter, filter->values[0]);
                return;
        }
        strbuf_printf(b->sql,
                is_custom_number(field) ? "%s = ANY(($%u::text[])::numeric[])" : "%s = ANY($%u)", expr,
                values_arg(b, field, filter));
}
