/* Conditions on one record: the twin of filter.c, operator by operator. A condition is read into a Leaf, the
 * test it makes, which both the check and the match do; so what passes the one can't surprise the other.
 * SQL's third truth value needs no twin: a filter holds when it is true, `not` is IS NOT TRUE, and AND and OR
 * of what is not true are not true, be it false or null. */
#include <string.h>

#include "cauce.pb-c.h"
#include "entity.pb-c.h"
#include "entity/filter_match.h"
#include "entity/record.h"
#include "entity/relative.h"
#include "entity/validate.h"

typedef struct Matcher {
        Arena *arena;
        const Entity *entity;
        const ModuleRuntime *module;
        int64_t now;
        const ProtobufCMessage *record; /* NULL = only checking */
        const Cauce__Filter *bad;       /* the condition that was refused */
        unsigned leaves, args;
} Matcher;

typedef enum Test {
        TEST_EMPTY,
        TEST_FILLED,
        TEST_ANY_OF, /* of a text[]: overlaps */
        TEST_ALL_OF,
        TEST_NONE_OF, /* holds for an empty field too */
        TEST_WITHIN,
        TEST_NOT_WITHIN, /* the same */
        TEST_CONTAINS,
        TEST_STARTS,
} Test;

typedef struct Bound {
        bool set, open; /* open: the value itself is out */
        Value value;
} Bound;

typedef struct Leaf {
        const Field *field;
        Store store;
        Test test;
        unsigned n;
        Value *values;
        Bound low, high;
        Str folded; /* of CONTAINS and STARTS */
} Leaf;

/* ---- reading a condition: false = refused ---- */

static bool read_value(Matcher *m, const Leaf *leaf, const char *text, Value *ret)
{
        MsgCode code;
        const char *arg;

        return validate_text(m->arena, m->entity, leaf->field, str_of(text), ret, &code, &arg) && !ret->null;
}

static bool read_values(Matcher *m, const Cauce__Filter *filter, Test test, Leaf *leaf)
{
        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                return false;
        leaf->test = test;
        leaf->n = (unsigned)filter->n_values;
        leaf->values = arena_array(m->arena, leaf->n, sizeof *leaf->values);
        for (unsigned i = 0; i < leaf->n; i++)
                if (!read_value(m, leaf, filter->values[i], &leaf->values[i]))
                        return false;
        return true;
}

static void within(Leaf *leaf, TimeRange range)
{
        leaf->test = TEST_WITHIN;
        leaf->low = (Bound){.set = true, .value = {.number = range.from}};
        leaf->high = (Bound){.set = true, .open = true, .value = {.number = range.to}};
}

static bool read_time(Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        const Kind kind = leaf->field->kind;
        const Zone *zone = m->entity->zone;
        const char *op = filter->op;
        Str first = filter->n_values ? str_of(filter->values[0]) : (Str){};
        bool between = streq(op, "between");
        TimeRange range, last;

        if (filter->n_values <= 1 && relative_range(kind, op, first, m->now, zone, &range)) {
                within(leaf, range);
                return true;
        }
        if (filter->n_values != (between ? 2 : 1) || !relative_value(kind, first, zone, &range))
                return false;
        if (between) {
                if (!relative_value(kind, str_of(filter->values[1]), zone, &last))
                        return false;
                range.to = last.to;
        }
        within(leaf, range);
        if (between || streq(op, "eq"))
                return true;
        if (streq(op, "ne")) {
                leaf->test = TEST_NOT_WITHIN;
        } else if (streq(op, "lt") || streq(op, "ge")) {
                leaf->high = leaf->low;
                leaf->high.open = true;
                *(streq(op, "lt") ? &leaf->low : &leaf->high) = (Bound){};
        } else if (streq(op, "le") || streq(op, "gt")) {
                leaf->low = leaf->high;
                leaf->low.open = false;
                *(streq(op, "le") ? &leaf->low : &leaf->high) = (Bound){};
        } else {
                return false;
        }
        return true;
}

static bool read_bool(const Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        const char *value = filter->n_values == 1 ? filter->values[0] : "";
        bool yes = streq(value, "true"), equal = streq(filter->op, "eq");

        if ((!yes && !streq(value, "false")) || (!equal && !streq(filter->op, "ne")))
                return false;
        leaf->test = equal ? TEST_ANY_OF : TEST_NONE_OF;
        leaf->n = 1;
        leaf->values = arena_array(m->arena, 1, sizeof *leaf->values);
        leaf->values[0].number = yes;
        return true;
}

/* Keys of a text[]: as they are. */
static bool read_texts(const Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        const char *op = filter->op;

        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                return false;
        leaf->n = (unsigned)filter->n_values;
        leaf->values = arena_array(m->arena, leaf->n, sizeof *leaf->values);
        for (unsigned i = 0; i < leaf->n; i++) {
                leaf->values[i].text = str_of(filter->values[i]);
                if (!utf8_valid(leaf->values[i].text))
                        return false;
        }
        if (streq(op, "contains") || streq(op, "eq"))
                leaf->test = TEST_ALL_OF;
        else if (streq(op, "in"))
                leaf->test = TEST_ANY_OF;
        else if (streq(op, "nin") || streq(op, "ne"))
                leaf->test = TEST_NONE_OF;
        else
                return false;
        return true;
}

static bool read_like(const Matcher *m, const Cauce__Filter *filter, Test test, Leaf *leaf)
{
        if (filter->n_values != 1 || !filter->values[0][0] || !utf8_valid(str_of(filter->values[0])))
                return false;
        leaf->test = test;
        leaf->folded = text_fold(m->arena, str_of(filter->values[0]));
        return true;
}

static bool read_between(Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        leaf->test = TEST_WITHIN;
        leaf->low.set = leaf->high.set = true;
        return filter->n_values == 2 && read_value(m, leaf, filter->values[0], &leaf->low.value) &&
               read_value(m, leaf, filter->values[1], &leaf->high.value);
}

static bool read_order(Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        Bound bound = {.set = true, .open = filter->op[1] == 't'};

        if (filter->n_values != 1 || !read_value(m, leaf, filter->values[0], &bound.value))
                return false;
        leaf->test = TEST_WITHIN;
        *(filter->op[0] == 'l' ? &leaf->high : &leaf->low) = bound;
        return true;
}

static bool read_plain(Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        const char *op = filter->op;
        bool one = filter->n_values == 1;

        if ((one && streq(op, "eq")) || streq(op, "in"))
                return read_values(m, filter, TEST_ANY_OF, leaf);
        if ((one && streq(op, "ne")) || streq(op, "nin"))
                return read_values(m, filter, TEST_NONE_OF, leaf);
        if (leaf->store == STORE_TEXT) {
                if (streq(op, "contains"))
                        return read_like(m, filter, TEST_CONTAINS, leaf);
                return streq(op, "starts") && read_like(m, filter, TEST_STARTS, leaf);
        }
        if (streq(op, "lt") || streq(op, "le") || streq(op, "gt") || streq(op, "ge"))
                return read_order(m, filter, leaf);
        return streq(op, "between") && read_between(m, filter, leaf);
}

static bool read_leaf(Matcher *m, const Cauce__Filter *filter, Leaf *leaf)
{
        const Field *field = filter->op ? runtime_field(m->module, str_of(filter->field)) : NULL;
        Store store = field ? store_of(field->kind) : STORE_NONE;

        if (store == STORE_NONE || store == STORE_CUSTOM || field->flags & FIELD_SECRET)
                return false;
        *leaf = (Leaf){.field = field, .store = store};
        if (streq(filter->op, "empty") || streq(filter->op, "filled")) {
                leaf->test = streq(filter->op, "empty") ? TEST_EMPTY : TEST_FILLED;
                return true;
        }
        if (store == STORE_TIME || store == STORE_DATE)
                return read_time(m, filter, leaf);
        if (store == STORE_BOOL)
                return read_bool(m, filter, leaf);
        if (store == STORE_TEXTS)
                return !(field->flags & FIELD_CUSTOM) && read_texts(m, filter, leaf);
        return read_plain(m, filter, leaf);
}

/* ---- testing a record ---- */

/* As the functions cf_… give it: null when the value is of another shape. */
static Value custom_value(const ProtobufCMessage *record, const Field *field, Store store)
{
        const Cauce__CustomValue *custom = record_custom(record, field->name);
        Value value = {.null = true};
        int32_t date;

        if (!custom || custom->cleared)
                return value;
        switch (store) {
        case STORE_INT8:
                value.null = !custom->number || parse_decimal(str_of(custom->number),
                                                        custom_decimals(field->kind), &value.number) != 0;
                break;
        case STORE_BOOL:
                value = (Value){.null = !custom->has_flag, .number = custom->flag != 0};
                break;
        case STORE_DATE:
                value.null = !custom->text || date_parse(str_of(custom->text), &date) != 0;
                value.number = value.null ? 0 : date;
                break;
        case STORE_TIME:
                value.null = !custom->text || instant_parse(str_of(custom->text), &value.number) != 0;
                break;
        default:
                value = (Value){.null = !custom->text, .text = str_of(custom->text)};
        }
        return value;
}

static bool is_one_of(const Leaf *leaf, const Value *value)
{
        for (unsigned i = 0; i < leaf->n; i++)
                if (value_equal(leaf->store, value, &leaf->values[i]))
                        return true;
        return false;
}

static bool texts_have(const Value *texts, Str text)
{
        for (unsigned i = 0; i < texts->n; i++)
                if (str_eq(texts->texts[i], text))
                        return true;
        return false;
}

/* How many of the condition's keys the field has. */
static unsigned texts_shared(const Leaf *leaf, const Value *texts)
{
        unsigned n = 0;

        for (unsigned i = 0; i < leaf->n; i++)
                n += texts_have(texts, leaf->values[i].text);
        return n;
}

static bool is_any_of(const Leaf *leaf, const Value *value)
{
        return leaf->store == STORE_TEXTS ? texts_shared(leaf, value) > 0 : is_one_of(leaf, value);
}

static int compare(Store store, const Value *a, const Value *b)
{
        if (store == STORE_UUID)
                return uuid_compare(&a->uuid, &b->uuid);
        return (a->number > b->number) - (a->number < b->number);
}

static bool is_within(const Leaf *leaf, const Value *value)
{
        if (leaf->low.set) {
                int order = compare(leaf->store, value, &leaf->low.value);
                if (order < 0 || (order == 0 && leaf->low.open))
                        return false;
        }
        if (!leaf->high.set)
                return true;
        int order = compare(leaf->store, value, &leaf->high.value);
        return order < 0 || (order == 0 && !leaf->high.open);
}

static bool is_like(Arena *arena, const Leaf *leaf, Str text)
{
        Str folded = fold_sql(arena, text);

        if (leaf->folded.len > folded.len)
                return false;
        if (leaf->test == TEST_CONTAINS)
                return leaf->folded.len == 0 ||
                       memmem(folded.p, folded.len, leaf->folded.p, leaf->folded.len) != NULL;
        return leaf->folded.len == 0 || memcmp(folded.p, leaf->folded.p, leaf->folded.len) == 0;
}

static bool leaf_holds(const Matcher *m, const Leaf *leaf)
{
        Value value = leaf->field->flags & FIELD_CUSTOM ? custom_value(m->record, leaf->field, leaf->store)
                                                        : record_get(m->arena, m->record, leaf->field);

        switch (leaf->test) {
        case TEST_EMPTY:
                return value.null;
        case TEST_FILLED:
                return !value.null;
        case TEST_ANY_OF:
                return !value.null && is_any_of(leaf, &value);
        case TEST_ALL_OF:
                return !value.null && texts_shared(leaf, &value) == leaf->n;
        case TEST_NONE_OF:
                return value.null || !is_any_of(leaf, &value);
        case TEST_WITHIN:
                return !value.null && is_within(leaf, &value);
        case TEST_NOT_WITHIN:
                return value.null || !is_within(leaf, &value);
        default:
                return !value.null && is_like(m->arena, leaf, value.text);
        }
}

/* ---- the tree ---- */

static bool check_node(Matcher *m, const Cauce__Filter *filter, unsigned depth);

static bool check_many(Matcher *m, Cauce__Filter *const *filters, size_t n, unsigned depth)
{
        for (size_t i = 0; i < n; i++)
                if (!check_node(m, filters[i], depth + 1))
                        return false;
        return true;
}

static bool check_leaf(Matcher *m, const Cauce__Filter *filter)
{
        Leaf leaf;

        /* No condition takes more than two parameters besides one for each value. */
        m->args += (unsigned)filter->n_values + 2;
        return ++m->leaves <= FILTER_LEAVES_MAX && m->args <= FILTER_ARGS_MAX && read_leaf(m, filter, &leaf);
}

static bool check_node(Matcher *m, const Cauce__Filter *filter, unsigned depth)
{
        unsigned kinds =
                (filter->n_all > 0) + (filter->n_any > 0) + (filter->not_ != NULL) + (filter->field != NULL);

        m->bad = filter;
        if (kinds != 1 || depth > FILTER_DEPTH_MAX)
                return false;
        if (filter->n_all > 0)
                return check_many(m, filter->all, filter->n_all, depth);
        if (filter->n_any > 0)
                return check_many(m, filter->any, filter->n_any, depth);
        return filter->not_ ? check_node(m, filter->not_, depth + 1) : check_leaf(m, filter);
}

bool filter_check(Arena *arena, const Entity *entity, const ModuleRuntime *module,
        const Cauce__Filter *filter, const char **ret_why)
{
        Matcher matcher = {.arena = arena, .entity = entity, .module = module};

        if (check_node(&matcher, filter, 0))
                return true;
        const char *field = matcher.bad->field ? matcher.bad->field : "";
        const char *op = matcher.bad->op ? matcher.bad->op : "";
        *ret_why = arena_printf(
                arena, "%s[%s]", utf8_cut(arena, str_of(field), 60), utf8_cut(arena, str_of(op), 16));
        return false;
}

static bool match_node(Matcher *m, const Cauce__Filter *filter)
{
        Leaf leaf;

        for (size_t i = 0; i < filter->n_all; i++)
                if (!match_node(m, filter->all[i]))
                        return false;
        if (filter->n_all > 0)
                return true;
        for (size_t i = 0; i < filter->n_any; i++)
                if (match_node(m, filter->any[i]))
                        return true;
        if (filter->n_any > 0)
                return false;
        if (filter->not_)
                return !match_node(m, filter->not_);
        return read_leaf(m, filter, &leaf) && leaf_holds(m, &leaf);
}

bool filter_match(Arena *arena, const Entity *entity, const ModuleRuntime *module,
        const Cauce__Filter *filter, int64_t now, const ProtobufCMessage *record)
{
        Matcher matcher = {.arena = arena, .entity = entity, .module = module, .now = now, .record = record};

        return match_node(&matcher, filter);
}
