#pragma once

#include "entity/list.h"
#include "entity/sort.h"

/* What the parts of lists share. */

struct Cauce__Filter;

#define LIST_COLUMNS_MAX 700 /* a module has up to 500 custom fields */
#define SEARCH_MAX       200 /* characters */

typedef struct Columns {
        unsigned n;
        const Field *fields[LIST_COLUMNS_MAX]; /* as they stand in the SELECT */
        unsigned n_custom;
        const Field
                *custom[LIST_COLUMNS_MAX]; /* those that make up the column `custom`; none: no such column */
} Columns;

/* Which records: of a list and of a count. */
typedef struct Selection {
        const ModuleRuntime *module;
        struct Cauce__Filter *filter; /* NULL = none */
        const Zone *zone;
        const char *q; /* NULL or "" = none */
        bool deleted;
        bool mine; /* of who asks: part of the principal's predicate */
        size_t n_ids;
        const Uuid *ids; /* of these alone; none = of all */
} Selection;

typedef struct Page {
        Req *rq;
        const struct Cauce__ListRequest *in;
        const View *view;
        Selection selection;
        Sort sort;
        Columns columns;
        Str query; /* what a cursor is bound to */
        unsigned limit;
        const Cursor *cursor;
        size_t bytes; /* of the rows so far */
} Page;

/* list_columns.c: what the request, the view or the module says. */
void columns_of(Page *page);

/* list_view.c. NULL = no view; one that is unknown, or made with a field that the principal may not view,
 * ends the request. */
const View *view_of(Req *rq, const ModuleRuntime *module, const char *name);
/* The view's conditions and the request's, in the zone asked for. */
Selection selection_of(Req *rq, const ModuleRuntime *module, const View *view, struct Cauce__Filter *filter,
        const char *zone);

/* Ids as they were sent; one that is none ends the request. */
void selection_ids(Req *rq, Selection *selection, const ProtobufCBinaryData *ids, size_t n);

/* list_sql.c: "l.deleted_at IS NULL AND …", without the principal's predicate. */
void selection_sql(Req *rq, const Selection *selection, StrBuf *sql, PgArgs *args);
/* Rows of one phase of the page: its columns, then the sort's keys and the id. */
PgRows *page_rows(Page *page, bool tail, unsigned limit);
