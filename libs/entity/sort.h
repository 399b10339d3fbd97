#pragma once

#include "entity/cursor.h"
#include "entity/runtime.h"

/* An order of a list: up to three fields, then the id; empty values last in both directions. */

typedef struct SortKey {
        const Field *field;
        const char *sql; /* of the value, as its index has it */
        bool descending, nullable;
        Store store; /* of the value in the cursor */
} SortKey;

typedef struct Sort {
        unsigned n;
        SortKey keys[CURSOR_KEYS_MAX];
} Sort;

/* "-created_at,name"; ends the request with BAD_FILTER naming the field, when it is none or the principal may
 * not view it. */
void sort_parse(Req *rq, const ModuleRuntime *module, Str text, Sort *ret);
/* " ORDER BY …" over the table alias `l`; or, when `alias` is given, over its columns k0, k1…, kid that hold
 * the keys and the id. */
void sort_order(const Sort *sort, const char *alias, StrBuf *sql);
/* " AND …": the rows after the cursor (NULL: from the beginning) in the phase `tail`. */
void sort_after(const Sort *sort, const Cursor *cursor, bool tail, StrBuf *sql, PgArgs *args);
/* A sort by one nullable field has a second phase, the null tail. */
bool sort_has_tail(const Sort *sort);
void sort_stores(const Sort *sort, Store ret[static CURSOR_KEYS_MAX]);
