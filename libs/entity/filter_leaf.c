/* A condition to the test it makes: the same operators and values as filter.c takes, less what needs
 * PostgreSQL's collation. */
#include "entity/filter_leaf.h"
#include "entity.pb-c.h"
#include "entity/relative.h"
#include "entity/validate.h"

static bool read_value(const FilterGround *ground, const FilterLeaf *leaf, const char *text, Value *ret)
{
        MsgCode code;
        const char *arg;

        return validate_text(ground->arena, ground->entity, leaf->field, str_of(text), ret, &code, &arg) &&
               !ret->null;
}

static bool read_values(
        const FilterGround *ground, const Cauce__Filter *filter, FilterTest test, FilterLeaf *leaf)
{
        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                return false;
        leaf->test = test;
        leaf->n = (unsigned)filter->n_values;
        leaf->values = arena_array(ground->arena, leaf->n, sizeof *leaf->values);
        for (unsigned i = 0; i < leaf->n; i++)
                if (!read_value(ground, leaf, filter->values[i], &leaf->values[i]))
                        return false;
        return true;
}

static void within(FilterLeaf *leaf, TimeRange range)
{
        leaf->test = TEST_WITHIN;
        leaf->low = (FilterBound){.set = true, .value = {.number = range.from}};
        leaf->high = (FilterBound){.set = true, .open = true, .value = {.number = range.to}};
}

static bool read_time(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        const Kind kind = leaf->field->kind;
        const Zone *zone = ground->entity->zone;
        const char *op = filter->op;
        Str first = filter->n_values ? str_of(filter->values[0]) : (Str){};
        bool between = streq(op, "between");
        TimeRange range, last;

        if (filter->n_values <= 1 && relative_range(kind, op, first, ground->now, zone, &range)) {
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
                *(streq(op, "lt") ? &leaf->low : &leaf->high) = (FilterBound){};
        } else if (streq(op, "le") || streq(op, "gt")) {
                leaf->low = leaf->high;
                leaf->low.open = false;
                *(streq(op, "le") ? &leaf->low : &leaf->high) = (FilterBound){};
        } else {
                return false;
        }
        return true;
}

static bool read_bool(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        const char *value = filter->n_values == 1 ? filter->values[0] : "";
        bool yes = streq(value, "true"), equal = streq(filter->op, "eq");

        if ((!yes && !streq(value, "false")) || (!equal && !streq(filter->op, "ne")))
                return false;
        leaf->test = equal ? TEST_ANY_OF : TEST_NONE_OF;
        leaf->n = 1;
        leaf->values = arena_array(ground->arena, 1, sizeof *leaf->values);
        leaf->values[0].number = yes;
        return true;
}

/* Keys of a text[]: as they are. */
static bool read_texts(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        const char *op = filter->op;

        if (filter->n_values == 0 || filter->n_values > FILTER_VALUES_MAX)
                return false;
        leaf->n = (unsigned)filter->n_values;
        leaf->values = arena_array(ground->arena, leaf->n, sizeof *leaf->values);
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

static bool read_like(
        const FilterGround *ground, const Cauce__Filter *filter, FilterTest test, FilterLeaf *leaf)
{
        if (filter->n_values != 1 || !filter->values[0][0] || !utf8_valid(str_of(filter->values[0])))
                return false;
        leaf->test = test;
        leaf->folded = text_fold(ground->arena, str_of(filter->values[0]));
        return true;
}

static bool read_between(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        leaf->test = TEST_WITHIN;
        leaf->low.set = leaf->high.set = true;
        return filter->n_values == 2 && read_value(ground, leaf, filter->values[0], &leaf->low.value) &&
               read_value(ground, leaf, filter->values[1], &leaf->high.value);
}

static bool read_order(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        FilterBound bound = {.set = true, .open = filter->op[1] == 't'};

        if (filter->n_values != 1 || !read_value(ground, leaf, filter->values[0], &bound.value))
                return false;
        leaf->test = TEST_WITHIN;
        *(filter->op[0] == 'l' ? &leaf->high : &leaf->low) = bound;
        return true;
}

static bool read_plain(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        const char *op = filter->op;
        bool one = filter->n_values == 1;

        if ((one && streq(op, "eq")) || streq(op, "in"))
                return read_values(ground, filter, TEST_ANY_OF, leaf);
        if ((one && streq(op, "ne")) || streq(op, "nin"))
                return read_values(ground, filter, TEST_NONE_OF, leaf);
        if (leaf->store == STORE_TEXT) {
                if (streq(op, "contains"))
                        return read_like(ground, filter, TEST_CONTAINS, leaf);
                return streq(op, "starts") && read_like(ground, filter, TEST_STARTS, leaf);
        }
        if (streq(op, "lt") || streq(op, "le") || streq(op, "gt") || streq(op, "ge"))
                return read_order(ground, filter, leaf);
        return streq(op, "between") && read_between(ground, filter, leaf);
}

bool filter_leaf_read(const FilterGround *ground, const Cauce__Filter *filter, FilterLeaf *leaf)
{
        const Field *field = filter->op ? runtime_field(ground->module, str_of(filter->field)) : NULL;
        Store store = field ? store_of(field->kind) : STORE_NONE;

        if (store == STORE_NONE || store == STORE_CUSTOM || field->flags & FIELD_SECRET)
                return false;
        *leaf = (FilterLeaf){.field = field, .store = store};
        if (streq(filter->op, "empty") || streq(filter->op, "filled")) {
                leaf->test = streq(filter->op, "empty") ? TEST_EMPTY : TEST_FILLED;
                return true;
        }
        if (store == STORE_TIME || store == STORE_DATE)
                return read_time(ground, filter, leaf);
        if (store == STORE_BOOL)
                return read_bool(ground, filter, leaf);
        if (store == STORE_TEXTS)
                return !(field->flags & FIELD_CUSTOM) && read_texts(ground, filter, leaf);
        return read_plain(ground, filter, leaf);
}
