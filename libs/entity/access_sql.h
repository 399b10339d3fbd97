#pragma once

#include "entity/access.h"

/* The predicate of ACCESS.md in SQL, over the alias `l`. */

/* " AND (…)" for whoever asks: as one condition, for counts and for walking an index. Nothing when all is
 * seen; " AND false" when nothing is. `mine`: of what is seen only one's own, as owner or assignee. */
void access_where(Req *rq, const ModuleRuntime *module, bool mine, StrBuf *sql, PgArgs *args);

/* The same in branches: conditions that together make the predicate, each of which an index can serve. A
 * record may be in several. */
typedef struct AccessBranch {
        /* An array of owners as parameter `owners`, to be joined LATERAL on `column` ("owner",
         * "assigned_to"); or NULL: `condition` alone. */
        const char *column;
        unsigned owners;
        Str condition; /* " AND (…)" of the branch besides; may be empty */
} AccessBranch;

#define ACCESS_BRANCHES_MAX 130 /* owner, assigned_to, and two for each rule */

/* What is to be read. */
typedef struct AccessQuery {
        const char *column; /* the first that sorts it; "?" = an expression */
        bool single;        /* and the only one, before the id */
        unsigned limit;
        bool searching; /* by text */
        bool deleted;   /* in the recycle bin, which no owner's index holds */
        bool mine;      /* only one's own */
        bool chosen;    /* by their ids: the primary key serves them */
} AccessQuery;

typedef struct AccessPlan {
        unsigned n;   /* 0 = walk the list's index with access_where */
        bool indexed; /* an index (owner, column, id) gives the order: no branch needs more than `limit` rows
                       * of each owner */
        bool few;     /* the branches have few rows: reading them whole costs less than fetching the page's
                       * rows afterwards */
        bool values;  /* the best plan depends on whose records or which values: not one for all */
        AccessBranch branches[ACCESS_BRANCHES_MAX];
} AccessPlan;

/* How a page is best read by this principal, by the planner's own statistics. */
void access_branches(
        Req *rq, const ModuleRuntime *module, const AccessQuery *query, PgArgs *args, AccessPlan *ret);
