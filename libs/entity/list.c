/* Lists: keyset pages over filter, search and view; and their counts. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/filter.h"
#include "entity/labels.h"
#include "entity/list.h"
#include "entity/sort.h"

#define SEARCH_MAX 200

typedef struct Columns {
        unsigned n;
        const Field *fields[PG_ARGS_MAX]; /* as they stand in the SELECT */
        unsigned n_custom;
        const Field *custom[PG_ARGS_MAX]; /* those that make up the column `custom`; none: no such column */
} Columns;

typedef struct Page {
        Req *rq;
        const ModuleRuntime *module;
        const Cauce__ListRequest *in;
        const View *view;
        const Zone *zone;
        Cauce__Filter *filter;
        Sort sort;
        Columns columns;
        Str query; /* what a cursor is bound to */
        unsigned limit;
        const Cursor *cursor;
} Page;

static const View *view_of(Req *rq, const Module *module, const char *name)
{
        if (!name || !name[0])
                return NULL;
        for (unsigned i = 0; i < module->n_views; i++)
                if (streq(module->views[i].name, name))
                        return &module->views[i];
        req_fail(rq, BAD_FILTER, "view", utf8_cut(rq->arena, str_of(name), 60));
}

static const Zone *zone_of(Req *rq, const char *name)
{
        const Zone *zone;

        if (!name || !name[0])
                return rq->entity->zone;
        if (zone_open(name, &zone) != 0)
                req_fail(rq, BAD_FILTER, "zone", utf8_cut(rq->arena, str_of(name), 60));
        return zone;
}

/* ---- columns ---- */

static void column_add(Columns *columns, const Field *field)
{
        if (field->flags & FIELD_CUSTOM) {
                columns->custom[columns->n_custom++] = field;
                return;
        }
        for (unsigned i = 0; i < columns->n; i++)
                if (columns->fields[i] == field)
                        return;
        columns->fields[columns->n++] = field;
}

static void column_named(Page *page, Str name)
{
        const Field *field = runtime_field(page->module, name);

        if (!field || store_of(field->kind) == STORE_NONE || field->flags & FIELD_SECRET ||
                page->columns.n + page->columns.n_custom + 4 >= PG_ARGS_MAX)
                req_fail(page->rq, BAD_FILTER, "fields", utf8_cut(page->rq->arena, name, 60));
        if (store_of(field->kind) == STORE_CUSTOM)
                for (unsigned i = 0; i < page->module->n_custom; i++)
                        column_add(&page->columns, page->module->custom[i]);
        else
                column_add(&page->columns, field);
}

static void columns_default(Page *page)
{
        for (unsigned i = 0; i < page->module->n_columns; i++)
                if (page->module->columns[i]->flags & FIELD_LIST)
                        column_add(&page->columns, page->module->columns[i]);
        for (unsigned i = 0; i < page->module->n_custom; i++)
                if (page->module->custom[i]->flags & FIELD_LIST)
                        column_add(&page->columns, page->module->custom[i]);
}

static void columns_view(Page *page, Str text)
{
        while (text.len > 0) {
                const char *comma = memchr(text.p, ',', text.len);
                Str name = {text.p, comma ? (size_t)(comma - text.p) : text.len};
                size_t used = name.len + (comma ? 1 : 0);

                column_named(page, name);
                text = (Str){text.p + used, text.len - used};
        }
}

static void columns_of(Page *page)
{
        const MessageMeta *meta = page->module->module->message;

        column_add(&page->columns, message_field_tag(meta, TAG_ID));
        column_add(&page->columns, message_field_tag(meta, TAG_VERSION));
        if (page->in->n_fields > 0)
                for (size_t i = 0; i < page->in->n_fields; i++)
                        column_named(page, str_of(page->in->fields[i]));
        else if (page->view && page->view->columns)
                columns_view(page, str_of(page->view->columns));
        else
                columns_default(page);
        column_add(&page->columns, message_field_tag(meta, TAG_LABEL));
        if (page->columns.n_custom > 0)
                page->columns.fields[page->columns.n++] = message_field_tag(meta, TAG_CUSTOM);
}

static void put_columns(const Page *page, StrBuf *sql)
{
        const Columns *columns = &page->columns;

        strbuf_puts(sql, "SELECT ");
        for (unsigned i = 0; i < columns->n; i++) {
                if (columns->fields[i]->kind == KIND_CUSTOM) {
                        strbuf_puts(sql, "jsonb_strip_nulls(jsonb_build_object(");
                        for (unsigned j = 0; j < columns->n_custom; j++)
                                strbuf_printf(sql, "%s'%s', l.custom -> '%s'", j ? ", " : "",
                                        columns->custom[j]->name, columns->custom[j]->name);
                        strbuf_puts(sql, ")), ");
                } else {
                        strbuf_printf(sql, "l.%s, ", columns->fields[i]->name);
                }
        }
        for (unsigned i = 0; i < page->sort.n; i++) {
                const SortKey *key = &page->sort.keys[i];
                bool text = key->field->flags & FIELD_CUSTOM && key->store == STORE_TEXT;
                strbuf_printf(sql, "%s%s, ", key->sql, text ? "::text" : "");
        }
        strbuf_printf(sql, "l.id FROM %s l WHERE ", page->module->module->table);
}

/* ---- where ---- */

static void put_where(Req *rq, const ModuleRuntime *module, const Cauce__Filter *filter, const Zone *zone,
        const char *q, bool deleted, StrBuf *sql, PgArgs *args)
{
        strbuf_printf(sql, "l.deleted_at IS %sNULL", deleted ? "NOT " : "");
        if (filter) {
                strbuf_puts(sql, " AND ");
                filter_sql(rq, module, filter, zone, sql, args);
        }
        if (q && utf8_length(str_of(q)) > SEARCH_MAX)
                req_fail(rq, TOO_LONG, "q", "200");
        if (q && q[0]) {
                strbuf_puts(sql, " AND ");
                search_sql(rq, str_of(q), sql, args);
        }
}

/* A cursor holds for the same person, module, filter, order and search alone. */
static Str query_of(Page *page, Str sort)
{
        StrBuf query = {.arena = page->rq->arena};
        const Cauce__ListRequest *in = page->in;

        strbuf_put(&query, &page->rq->context.user, sizeof page->rq->context.user);
        strbuf_printf(&query, "\n%s\n%.*s\n%s\n%s\n%s\n%d\n", page->module->module->key, (int)sort.len,
                sort.p ? sort.p : "", in->q ? in->q : "", in->view ? in->view : "", in->zone ? in->zone : "",
                in->deleted);
        if (in->filter) {
                size_t len = cauce__filter__get_packed_size(in->filter);
                query.len += cauce__filter__pack(in->filter, (uint8_t *)strbuf_reserve(&query, len));
        }
        return (Str){query.p, query.len};
}

static void page_prepare(Page *page)
{
        Req *rq = page->rq;
        const Cauce__ListRequest *in = page->in;
        const Module *module = page->module->module;

        page->view = view_of(rq, module, in->view);
        page->zone = zone_of(rq, in->zone);
        page->filter = page->view ? filter_text(rq->arena, str_of(page->view->filter)) : NULL;
        page->filter = filter_both(rq->arena, page->filter, in->filter);
        page->limit = in->has_limit ? in->limit : LIST_LIMIT_DEFAULT;
        if (page->limit < 1 || page->limit > LIST_LIMIT_MAX)
                req_fail(rq, OUT_OF_RANGE, "limit", "1-200");
        const char *sort = in->sort && in->sort[0]          ? in->sort
                           : page->view && page->view->sort ? page->view->sort
                           : module->sort                   ? module->sort
                                                            : "-created_at";
        sort_parse(rq, page->module, str_of(sort), &page->sort);
        page->query = query_of(page, str_of(sort));
        columns_of(page);
        if (!in->cursor || !in->cursor[0])
                return;
        Cursor *cursor = arena_alloc(rq->arena, sizeof *cursor);
        Store stores[CURSOR_KEYS_MAX];
        sort_stores(&page->sort, stores);
        if (cursor_read(rq->arena, str_of(in->cursor), stores, page->sort.n, page->query, cursor) != 0)
                req_fail(rq, BAD_CURSOR, "cursor", NULL);
        page->cursor = cursor;
}

/* ---- one phase ---- */

static PgRows *page_phase(Page *page, bool tail, unsigned limit)
{
        Req *rq = page->rq;
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        put_columns(page, &sql);
        put_where(rq, page->module, page->filter, page->zone, page->in->q, page->in->deleted, &sql, args);
        sort_after(&page->sort, page->cursor, tail, &sql, args);
        sort_order(&page->sort, &sql);
        strbuf_printf(&sql, " LIMIT %u", limit);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        return rows;
}

static char *page_cursor(Page *page, const PgRows *rows, int row, bool tail)
{
        Cursor cursor = {.tail = tail, .n = page->sort.n};
        Store stores[CURSOR_KEYS_MAX];
        int column = (int)page->columns.n;

        sort_stores(&page->sort, stores);
        for (unsigned i = 0; i < page->sort.n; i++)
                cursor.keys[i] = value_row(page->rq->arena, rows, row, column++, stores[i]);
        cursor.id = pg_uuid(rows, row, column);
        return cursor_write(page->rq->arena, &cursor, stores, page->query);
}

static void page_take(
        Page *page, const PgRows *rows, int n, Cauce__ListReply *ret, ProtobufCMessage **records)
{
        for (int row = 0; row < n; row++)
                records[ret->n_records++] = record_row(page->rq->arena, page->module->module,
                        page->columns.fields, page->columns.n, rows, row, 0);
}

static void page_pack(Page *page, Cauce__ListReply *ret, ProtobufCMessage **records)
{
        Arena *arena = page->rq->arena;

        labels_fill(page->rq, page->module->module, records, (unsigned)ret->n_records);
        ret->records = arena_array(arena, ret->n_records + 1, sizeof *ret->records);
        for (size_t i = 0; i < ret->n_records; i++) {
                size_t len = protobuf_c_message_get_packed_size(records[i]);
                uint8_t *data = arena_alloc(arena, len + 1);
                ret->records[i] = (ProtobufCBinaryData){protobuf_c_message_pack(records[i], data), data};
        }
}

void entity_list(Req *rq, const ModuleRuntime *module, const Cauce__ListRequest *in, Cauce__ListReply *ret)
{
        Page *page = arena_alloc(rq->arena, sizeof *page);
        ProtobufCMessage **records = arena_array(rq->arena, LIST_LIMIT_MAX + 1, sizeof *records);

        *page = (Page){.rq = rq, .module = module, .in = in};
        access_check(rq, module, ACCESS_SEE);
        page_prepare(page);
        bool tail = page->cursor && page->cursor->tail;
        for (unsigned left = page->limit;; tail = true) {
                PgRows *rows = page_phase(page, tail, left + 1);
                int n = pg_rows(rows), taken = n > (int)left ? (int)left : n;
                bool last = tail || !sort_has_tail(&page->sort);

                page_take(page, rows, taken, ret, records);
                left -= (unsigned)taken;
                if (n > taken && taken > 0)
                        ret->next = page_cursor(page, rows, taken - 1, tail);
                else if (n > 0 && left == 0 && !last && pg_rows(page_phase(page, true, 1)) > 0)
                        ret->next = page_cursor(page, rows, taken - 1, tail);
                if (ret->next || last || left == 0)
                        break;
        }
        page_pack(page, ret, records);
}

/* ---- counting ---- */

static void count_groups(Req *rq, const ModuleRuntime *module, const char *name, Str where, PgArgs *args,
        Cauce__CountReply *ret)
{
        const Field *field = runtime_field(module, str_of(name));
        StrBuf sql = {.arena = rq->arena};
        PgRows *rows;

        if (!field || (field->kind != KIND_PICKLIST && field->kind != KIND_BOOL))
                req_fail(rq, BAD_FILTER, "group_by", utf8_cut(rq->arena, str_of(name), 60));
        const char *expr = field_sql(rq->arena, field);
        strbuf_printf(&sql,
                "SELECT (%s)::text, count(*) FROM %s l WHERE %.*s GROUP BY 1 ORDER BY 2 DESC LIMIT 1000",
                expr, module->module->table, (int)where.len, where.p);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        ret->groups = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *ret->groups);
        for (int row = 0; row < pg_rows(rows); row++) {
                Cauce__CountGroup *group = arena_alloc(rq->arena, sizeof *group);
                cauce__count_group__init(group);
                Str key = pg_text(rows, row, 0);
                group->key = pg_null(rows, row, 0) ? NULL : arena_strndup(rq->arena, key.p, key.len);
                group->has_count = true;
                group->count = pg_int(rows, row, 1);
                ret->count += group->count;
                ret->groups[ret->n_groups++] = group;
        }
}

static void count_plain(Req *rq, const ModuleRuntime *module, const Cauce__CountRequest *in, Str where,
        PgArgs *args, Cauce__CountReply *ret)
{
        uint32_t cap = in->has_cap ? in->cap : COUNT_CAP_DEFAULT;
        StrBuf sql = {.arena = rq->arena};
        PgRows *rows;

        strbuf_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM %s l WHERE %.*s", module->module->table,
                (int)where.len, where.p);
        if (cap > 0)
                strbuf_printf(&sql, " LIMIT %llu", (unsigned long long)cap + 1);
        strbuf_puts(&sql, ") t");
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        ret->count = pg_int(rows, 0, 0);
        ret->has_capped = true;
        ret->capped = cap > 0 && ret->count > cap;
        if (ret->capped)
                ret->count = cap;
}

void entity_count(Req *rq, const ModuleRuntime *module, const Cauce__CountRequest *in, Cauce__CountReply *ret)
{
        StrBuf where = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);

        access_check(rq, module, ACCESS_SEE);
        const View *view = view_of(rq, module->module, in->view);
        Cauce__Filter *filter = view ? filter_text(rq->arena, str_of(view->filter)) : NULL;
        filter = filter_both(rq->arena, filter, in->filter);
        put_where(rq, module, filter, zone_of(rq, in->zone), in->q, in->deleted, &where, args);
        ret->has_count = true;
        if (in->group_by && in->group_by[0])
                count_groups(rq, module, in->group_by, (Str){where.p, where.len}, args, ret);
        else
                count_plain(rq, module, in, (Str){where.p, where.len}, args, ret);
}
