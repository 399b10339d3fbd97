#pragma once

#include "entity/filter.h"

/* The filter language on one record in C: what filter_sql says in SQL, for sharing rules, assignment rules
 * and (later) workflows. A property test holds the two together. */

/* Can this filter be evaluated here? Refused: unknown or secret fields, wrong operators and values (as
 * filter_sql does), and order comparisons of texts (lt, le, gt, ge, between), which need PostgreSQL's
 * collation. False: *ret_why names the condition, "city[foo]", in the arena. Does not end the request. */
bool filter_check(Arena *arena, const Entity *entity, const ModuleRuntime *module,
        const struct Cauce__Filter *filter, const char **ret_why);
/* Does it hold? Relative dates count from `now` in the company's zone. The filter has passed filter_check. */
bool filter_match(Arena *arena, const Entity *entity, const ModuleRuntime *module,
        const struct Cauce__Filter *filter, int64_t now, const ProtobufCMessage *record);

/* Does what the SQL function of that name does: NFKD, lower case, without combining marks. In the arena. */
Str fold_sql(Arena *arena, Str text);
