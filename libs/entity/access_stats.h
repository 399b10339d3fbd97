#pragma once

#include "entity/req.h"

/* What PostgreSQL's statistics say of whose the records of a table are, and which indexes can serve its
 * lists. Read in the background when first asked for, renewed when five minutes old. */

typedef struct AccessShare {
        Uuid id;
        double part; /* of the table's rows, 0–1 */
} AccessShare;

/* The column "owner" or "assigned_to". */
typedef struct AccessColumn {
        unsigned n;
        const AccessShare *common; /* by id: the people with the most records */
        double rest;               /* part of anybody else, on average */
} AccessColumn;

typedef struct AccessTable {
        const char *name;
        bool analyzed; /* rows and shares are known */
        double rows;
        AccessColumn owner, assigned_to;
        unsigned n_indexes;
        const char *const *indexes; /* columns of those over what is not deleted: "owner,created_at,id";
                                     * "?" = an expression */
} AccessTable;

/* NULL = not known (yet). Valid until the caller parks. */
const AccessTable *access_stats_of(Req *rq, const Module *module);
/* Reads them now: 0 or a pg code. */
int access_stats_read(Entity *entity);
/* For tests: this one and no others from now on, NULL = nothing is known. Borrowed. */
void access_stats_put(Entity *entity, const AccessTable *table);
void access_stats_done(Entity *entity);

/* The person's part of the rows, *ret_common = one of the common ones. */
double access_part(const AccessColumn *column, const Uuid *id, bool *ret_common);
/* Is there an index that begins with these columns? */
bool access_indexed(const AccessTable *table, const char *columns);
