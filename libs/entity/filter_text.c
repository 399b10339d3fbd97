/* The filter's notation in URLs and views. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/filter.h"

static Cauce__Filter *filter_new(Arena *arena)
{
        Cauce__Filter *filter = arena_alloc(arena, sizeof *filter);

        cauce__filter__init(filter);
        return filter;
}

static bool op_takes_list(const char *op)
{
        return streq(op, "in") || streq(op, "nin") || streq(op, "between");
}

static void split(Arena *arena, Cauce__Filter *filter, Str value)
{
        size_t n = 1;

        for (size_t i = 0; i < value.len; i++)
                n += value.p[i] == ',';
        filter->values = arena_array(arena, n, sizeof *filter->values);
        for (size_t from = 0, i = 0; i <= value.len; i++) {
                if (i < value.len && value.p[i] != ',')
                        continue;
                filter->values[filter->n_values++] = arena_strndup(arena, value.p + from, i - from);
                from = i + 1;
        }
}

Cauce__Filter *filter_param(Arena *arena, Str name, Str value)
{
        const char *open = name.len ? memchr(name.p, '[', name.len) : NULL;
        size_t field = open ? (size_t)(open - name.p) : name.len;

        if (field == 0 || (open && (name.p[name.len - 1] != ']' || field + 2 > name.len)))
                return NULL;
        Cauce__Filter *filter = filter_new(arena);
        filter->field = arena_strndup(arena, name.p, field);
        filter->op = open ? arena_strndup(arena, open + 1, name.len - field - 2) : (char *)"eq";
        if (op_takes_list(filter->op)) {
                split(arena, filter, value);
        } else if (value.len > 0) {
                filter->values = arena_array(arena, 1, sizeof *filter->values);
                filter->values[filter->n_values++] = arena_strndup(arena, value.p, value.len);
        }
        return filter;
}

Cauce__Filter *filter_both(Arena *arena, Cauce__Filter *a, Cauce__Filter *b)
{
        if (!a || !b)
                return a ? a : b;
        Cauce__Filter *both = filter_new(arena);
        both->all = arena_array(arena, 2, sizeof *both->all);
        both->all[both->n_all++] = a;
        both->all[both->n_all++] = b;
        return both;
}

Cauce__Filter *filter_part(Arena *arena, Str part)
{
        Str name = {};

        (void)str_take(&part, '=', &name);
        return filter_param(arena, name, part);
}

Cauce__Filter *filter_text(Arena *arena, Str text)
{
        Cauce__Filter *filter = NULL;

        for (Str part; str_take(&text, '&', &part);) {
                Cauce__Filter *one = filter_part(arena, part);
                if (!one)
                        return NULL;
                filter = filter_both(arena, filter, one);
        }
        return filter;
}
