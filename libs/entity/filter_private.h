#pragma once

#include "entity/filter.h"

/* What the parts of filter_sql share. */

#define FILTER_LEAF_ARGS 2 /* one condition has at most so many parameters */

typedef struct FilterBuilder {
        Req *rq;
        const ModuleRuntime *module;
        const Zone *zone;
        StrBuf *sql;
        PgArgs *args;
        unsigned leaves, max_args;
        bool trusted; /* a sharing rule's: its fields need not be those that the principal views */
} FilterBuilder;

/* The condition is not one: ends the request. */
_Noreturn void filter_refuse(FilterBuilder *b, const struct Cauce__Filter *filter);

/* filter_value.c: the value as a parameter, written with the cast its expression is compared with. */
void filter_put_value(
        FilterBuilder *b, const Field *field, const struct Cauce__Filter *filter, const char *text);
/* "expression = …": any of the values. */
void filter_put_in(FilterBuilder *b, const Field *field, const struct Cauce__Filter *filter);
/* filter_time.c: a condition on a date or an instant. */
void filter_put_time(FilterBuilder *b, const Field *field, const struct Cauce__Filter *filter);
/* search.c: a LIKE pattern of the folded text after `before`, as a parameter. */
unsigned search_pattern(Req *rq, PgArgs *args, const char *before, Str text);
