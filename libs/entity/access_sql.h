#pragma once

#include "entity/access.h"

/* The predicate of ACCESS.md in SQL, over the alias `l`. */

/* " AND (…)" for whoever asks: as one condition, for counts and for walking an index. Nothing when all is
 * seen; " AND false" when nothing is. */
void access_where(Req *rq, const ModuleRuntime *module, StrBuf *sql, PgArgs *args);

/* The same in branches: conditions that together make the predicate, each of which an index can serve. */
typedef struct AccessBranch {
        /* An array of owners as parameter `owners`, to be joined LATERAL on `column` ("owner",
         * "assigned_to"); or NULL: `condition` alone. */
        const char *column;
        unsigned owners;
        Str condition; /* " AND (…)" of the branch besides; may be empty */
} AccessBranch;

#define ACCESS_BRANCHES_MAX 66 /* owner, assigned_to, and a branch a rule */

/* How a page is best read by this principal: 0 = walk the index with access_where; else that many branches.
 * `indexed`: an index (owner, sort, id) gives the list's order, so a branch needs no more than `limit` rows
 * of each owner. */
unsigned access_branches(Req *rq, const ModuleRuntime *module, bool indexed, unsigned limit, PgArgs *args,
        AccessBranch ret[static ACCESS_BRANCHES_MAX]);
