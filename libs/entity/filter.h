#pragma once

#include "entity/runtime.h"

struct Cauce__Filter;

/* The filter language: a tree of conditions (cauce.Filter) to SQL, and its notation in URLs and views. */

#define FILTER_DEPTH_MAX  8
#define FILTER_LEAVES_MAX 100
#define FILTER_VALUES_MAX 200 /* of one condition */
#define FILTER_ARGS_MAX   250 /* parameters of all conditions */

/* Writes a boolean expression over the table alias `l`; ends the request with BAD_FILTER naming the
 * condition, when it is none or the principal may not view its field. `zone` is that of relative dates. */
void filter_sql(Req *rq, const ModuleRuntime *module, const struct Cauce__Filter *filter, const Zone *zone,
        StrBuf *sql, PgArgs *args);
/* The same of a sharing rule, over any field; it has passed filter_check, so a failure is a fault. */
void filter_sql_trusted(Req *rq, const ModuleRuntime *module, const struct Cauce__Filter *filter,
        const Zone *zone, StrBuf *sql, PgArgs *args);

/* "city[eq]" = "05001" → a condition; "city" alone means eq; in, nin, between take commas. NULL = not a
 * condition. */
struct Cauce__Filter *filter_param(Arena *arena, Str name, Str value);
/* "city[eq]=05001" → the same. */
struct Cauce__Filter *filter_part(Arena *arena, Str part);
/* "stage[eq]=new&created_at[this]=week" → all of them; NULL when the text is empty or not well formed. */
struct Cauce__Filter *filter_text(Arena *arena, Str text);
/* both, either of which may be NULL */
struct Cauce__Filter *filter_both(Arena *arena, struct Cauce__Filter *a, struct Cauce__Filter *b);

/* The SQL of a field's value, over the alias `l`: the expression that its index has too. */
const char *field_sql(Arena *arena, const Field *field);

/* Search text: every word must occur in a searchable field that the principal may view; words of one or two
 * letters at the beginning of a word. */
void search_sql(Req *rq, const ModuleRuntime *module, Str q, StrBuf *sql, PgArgs *args);
