/* Conditions on one record: the twin of filter.c, operator by operator. A condition is read into the test it
 * makes, by the check and by the match; so what passes the one can't surprise the other. SQL's third truth
 * value needs no twin: a filter holds when it is true, `not` is IS NOT TRUE, and AND and OR of what is not
 * true are not true, be it false or null. */
#include "entity.pb-c.h"
#include "entity/filter_leaf.h"

typedef struct Checker {
        FilterGround ground;
        const Cauce__Filter *bad; /* the condition that was refused */
        unsigned leaves;
} Checker;

static bool check_node(Checker *c, const Cauce__Filter *filter, unsigned depth);

static bool check_many(Checker *c, Cauce__Filter *const *filters, size_t n, unsigned depth)
{
        for (size_t i = 0; i < n; i++)
                if (!check_node(c, filters[i], depth + 1))
                        return false;
        return true;
}

static bool check_leaf(Checker *c, const Cauce__Filter *filter)
{
        FilterLeaf leaf;

        return ++c->leaves <= FILTER_LEAVES_MAX && filter_leaf_read(&c->ground, filter, &leaf);
}

static bool check_node(Checker *c, const Cauce__Filter *filter, unsigned depth)
{
        unsigned kinds =
                (filter->n_all > 0) + (filter->n_any > 0) + (filter->not_ != NULL) + (filter->field != NULL);

        c->bad = filter;
        if (kinds != 1 || depth > FILTER_DEPTH_MAX)
                return false;
        if (filter->n_all > 0)
                return check_many(c, filter->all, filter->n_all, depth);
        if (filter->n_any > 0)
                return check_many(c, filter->any, filter->n_any, depth);
        return filter->not_ ? check_node(c, filter->not_, depth + 1) : check_leaf(c, filter);
}

bool filter_check(Arena *arena, const Entity *entity, const ModuleRuntime *module,
        const Cauce__Filter *filter, const char **ret_why)
{
        Checker checker = {.ground = {.arena = arena, .entity = entity, .module = module}};

        if (check_node(&checker, filter, 0))
                return true;
        const char *field = checker.bad->field ? checker.bad->field : "";
        const char *op = checker.bad->op ? checker.bad->op : "";
        *ret_why = arena_printf(
                arena, "%s[%s]", utf8_cut(arena, str_of(field), 60), utf8_cut(arena, str_of(op), 16));
        return false;
}

static bool match_node(
        const FilterGround *ground, const Cauce__Filter *filter, const ProtobufCMessage *record)
{
        FilterLeaf leaf;

        for (size_t i = 0; i < filter->n_all; i++)
                if (!match_node(ground, filter->all[i], record))
                        return false;
        if (filter->n_all > 0)
                return true;
        for (size_t i = 0; i < filter->n_any; i++)
                if (match_node(ground, filter->any[i], record))
                        return true;
        if (filter->n_any > 0)
                return false;
        if (filter->not_)
                return !match_node(ground, filter->not_, record);
        return filter_leaf_read(ground, filter, &leaf) && filter_leaf_holds(ground->arena, &leaf, record);
}

bool filter_match(Arena *arena, const Entity *entity, const ModuleRuntime *module,
        const Cauce__Filter *filter, int64_t now, const ProtobufCMessage *record)
{
        const FilterGround ground = {.arena = arena, .entity = entity, .module = module, .now = now};

        return match_node(&ground, filter, record);
}
