/* Lists: keyset pages over filter, search and view. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/labels.h"
#include "entity/list_private.h"
#include "entity/record_pack.h"

/* ---- what is asked for ---- */

/* A cursor holds for the same person, module, filter, order, search and choice alone. */
static Str query_of(Page *page, Str sort)
{
        StrBuf query = {.arena = page->rq->arena};
        const Cauce__ListRequest *in = page->in;

        strbuf_put(&query, &page->rq->context.user, sizeof page->rq->context.user);
        strbuf_printf(&query, "\n%s\n%.*s\n%s\n%s\n%s\n%d%s\n", page->selection.module->module->key,
                (int)sort.len, sort.p ? sort.p : "", in->q ? in->q : "", in->view ? in->view : "",
                in->zone ? in->zone : "", in->deleted, in->mine ? " mine" : "");
        for (size_t i = 0; i < in->n_ids; i++)
                strbuf_put(&query, in->ids[i].data, in->ids[i].len);
        if (in->filter) {
                size_t len = cauce__filter__get_packed_size(in->filter);
                query.len += cauce__filter__pack(in->filter, (uint8_t *)strbuf_reserve(&query, len));
        }
        return (Str){query.p, query.len};
}

/* The module's own order, unless it is by a label that the principal may not view. */
static const char *sort_default(Page *page)
{
        const ModuleRuntime *module = page->selection.module;
        const char *sort = module->module->sort;
        const Field *field = sort ? runtime_field(module, str_of(sort + (sort[0] == '-'))) : NULL;

        return !sort || (field && !access_field(page->rq, module, field, ACCESS_ON_VIEW)) ? "-created_at"
                                                                                          : sort;
}

static void page_sort(Page *page)
{
        const char *sort = page->in->sort;

        if (!sort || !sort[0])
                sort = page->view && page->view->sort ? page->view->sort : sort_default(page);
        sort_parse(page->rq, page->selection.module, str_of(sort), &page->sort);
        page->query = query_of(page, str_of(sort));
}

static void page_cursor(Page *page)
{
        Req *rq = page->rq;
        Cursor *cursor = arena_alloc(rq->arena, sizeof *cursor);
        Store stores[CURSOR_KEYS_MAX];

        sort_stores(&page->sort, stores);
        if (cursor_read(rq->arena, str_of(page->in->cursor), stores, page->sort.n, page->query, cursor) != 0)
                req_fail(rq, BAD_CURSOR, "cursor", NULL);
        page->cursor = cursor;
}

static void page_prepare(Page *page, const ModuleRuntime *module)
{
        Req *rq = page->rq;
        const Cauce__ListRequest *in = page->in;

        page->view = view_of(rq, module, in->view);
        page->selection = selection_of(rq, module, page->view, in->filter, in->zone);
        page->selection.q = in->q;
        page->selection.deleted = in->deleted;
        page->selection.mine = in->mine;
        selection_ids(rq, &page->selection, in->ids, in->n_ids);
        page->limit = in->has_limit ? in->limit : LIST_LIMIT_DEFAULT;
        if (page->limit < 1 || page->limit > (in->export ? LIST_LIMIT_EXPORT : LIST_LIMIT_MAX))
                req_fail(rq, OUT_OF_RANGE, "limit", "1-200");
        page_sort(page);
        columns_of(page);
        if (in->cursor && in->cursor[0])
                page_cursor(page);
}

/* ---- the answer ---- */

static char *page_next(Page *page, const PgRows *rows, int row, bool tail)
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

/* As many of the n rows as one message carries, but always one. */
static int page_take(Page *page, const PgRows *rows, int n, Cauce__ListReply *ret, ProtobufCMessage **records)
{
        const ModuleRuntime *module = page->selection.module;

        for (int row = 0; row < n; row++) {
                ProtobufCMessage *record = record_row(
                        page->rq->arena, module->module, page->columns.fields, page->columns.n, rows, row, 0);
                access_mask(page->rq, module, record);
                page->bytes += pg_row_size(rows, row);
                if (row > 0 && page->bytes > LIST_BYTES_MAX)
                        return row;
                records[ret->n_records++] = record;
        }
        return n;
}

/* At its place: whoever writes what it reads wants the fields by number. */
static void add_labels(Columns *columns, const Module *module)
{
        unsigned at = columns->n++;

        for (; at > 0 && columns->fields[at - 1]->number > TAG_LABELS; at--)
                columns->fields[at] = columns->fields[at - 1];
        columns->fields[at] = message_field_tag(module->message, TAG_LABELS);
}

/* The columns and what was added to them. */
static void page_pack(Page *page, Cauce__ListReply *ret, ProtobufCMessage **records)
{
        Columns *columns = &page->columns;
        const Module *module = page->selection.module->module;
        StrBuf buf = {.arena = page->rq->arena};
        size_t n = ret->n_records, *ends = arena_array(page->rq->arena, n + 1, sizeof *ends);

        labels_fill(page->rq, module, records, (unsigned)n);
        add_labels(columns, module);
        for (size_t i = 0; i < n; i++) {
                record_pack(&buf, columns->fields, columns->n, records[i]);
                ends[i] = buf.len;
        }
        ret->records = arena_array(page->rq->arena, n + 1, sizeof *ret->records);
        for (size_t i = 0; i < n; i++) {
                size_t from = i ? ends[i - 1] : 0;
                ret->records[i] = (ProtobufCBinaryData){ends[i] - from, (uint8_t *)buf.p + from};
        }
}

void entity_list(Req *rq, const ModuleRuntime *module, const Cauce__ListRequest *in, Cauce__ListReply *ret)
{
        Page *page = arena_alloc(rq->arena, sizeof *page);

        *page = (Page){.rq = rq, .in = in};
        access_check(rq, module, ACCESS_SEE);
        if (in->export)
                access_check(rq, module, ACCESS_EXPORT);
        page_prepare(page, module);
        ProtobufCMessage **records = arena_array(rq->arena, page->limit + 1, sizeof *records);
        bool tail = page->cursor && page->cursor->tail;
        for (unsigned left = page->limit;; tail = true) {
                PgRows *rows = page_rows(page, tail, left + 1);
                int n = pg_rows(rows);
                int taken = page_take(page, rows, n > (int)left ? (int)left : n, ret, records);
                bool last = tail || !sort_has_tail(&page->sort);

                left -= (unsigned)taken;
                if (n > taken && taken > 0)
                        ret->next = page_next(page, rows, taken - 1, tail);
                else if (n > 0 && left == 0 && !last && pg_rows(page_rows(page, true, 1)) > 0)
                        ret->next = page_next(page, rows, taken - 1, tail);
                if (ret->next || last || left == 0)
                        break;
        }
        page_pack(page, ret, records);
}
