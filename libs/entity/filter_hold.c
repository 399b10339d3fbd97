/* The test that a condition makes of a record's value; what SQL says of the same row. */
#include <string.h>

#include "cauce.pb-c.h"
#include "entity/filter_leaf.h"

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

static bool is_one_of(const FilterLeaf *leaf, const Value *value)
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
static unsigned texts_shared(const FilterLeaf *leaf, const Value *texts)
{
        unsigned n = 0;

        for (unsigned i = 0; i < leaf->n; i++)
                n += texts_have(texts, leaf->values[i].text);
        return n;
}

static bool is_any_of(const FilterLeaf *leaf, const Value *value)
{
        return leaf->store == STORE_TEXTS ? texts_shared(leaf, value) > 0 : is_one_of(leaf, value);
}

static int compare(Store store, const Value *a, const Value *b)
{
        if (store == STORE_UUID)
                return uuid_compare(&a->uuid, &b->uuid);
        return (a->number > b->number) - (a->number < b->number);
}

static bool is_within(const FilterLeaf *leaf, const Value *value)
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

static bool is_like(Arena *arena, const FilterLeaf *leaf, Str text)
{
        Str folded = fold_sql(arena, text);

        if (leaf->folded.len > folded.len)
                return false;
        if (leaf->test == TEST_CONTAINS)
                return leaf->folded.len == 0 ||
                       memmem(folded.p, folded.len, leaf->folded.p, leaf->folded.len) != NULL;
        return leaf->folded.len == 0 || memcmp(folded.p, leaf->folded.p, leaf->folded.len) == 0;
}

bool filter_leaf_holds(Arena *arena, const FilterLeaf *leaf, const ProtobufCMessage *record)
{
        Value value = leaf->field->flags & FIELD_CUSTOM ? custom_value(record, leaf->field, leaf->store)
                                                        : record_get(arena, record, leaf->field);

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
                return !value.null && is_like(arena, leaf, value.text);
        }
}
