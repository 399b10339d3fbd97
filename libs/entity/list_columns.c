/* Which columns a list has. */
#include <stdlib.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/list_private.h"

#define SYSTEM_COLUMNS 4 /* added to what is asked for: label, number, custom, labels */

static bool viewed(const Page *page, const Field *field)
{
        return access_field(page->rq, page->selection.module, field, ACCESS_ON_VIEW);
}

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

static void column_field(Page *page, const Field *field, Str name)
{
        const ModuleRuntime *module = page->selection.module;

        bool all = store_of(field->kind) == STORE_CUSTOM;

        if (page->columns.n + SYSTEM_COLUMNS >= LIST_COLUMNS_MAX ||
                page->columns.n_custom + (all ? module->n_custom : 1) > LIST_COLUMNS_MAX)
                req_fail(page->rq, BAD_FILTER, "fields", utf8_cut(page->rq->arena, name, 60));
        if (!all) {
                column_add(&page->columns, field);
                return;
        }
        for (unsigned i = 0; i < module->n_custom; i++)
                if (viewed(page, module->custom[i]))
                        column_add(&page->columns, module->custom[i]);
}

/* A field that may not be viewed is refused like one that does not exist; the label is always there, or what
 * stands for it. */
static void column_named(Page *page, Str name)
{
        const Field *field = runtime_field(page->selection.module, name);

        if (!field || store_of(field->kind) == STORE_NONE || field->flags & FIELD_SECRET ||
                !(field->number == TAG_LABEL || viewed(page, field)))
                req_fail(page->rq, BAD_FILTER, "fields", utf8_cut(page->rq->arena, name, 60));
        column_field(page, field, name);
}

static void columns_default(Page *page)
{
        const ModuleRuntime *module = page->selection.module;

        for (unsigned i = 0; i < module->n_columns; i++)
                if (module->columns[i]->flags & FIELD_LIST && viewed(page, module->columns[i]))
                        column_add(&page->columns, module->columns[i]);
        for (unsigned i = 0; i < module->n_custom && i < LIST_COLUMNS_MAX; i++)
                if (module->custom[i]->flags & FIELD_LIST && viewed(page, module->custom[i]))
                        column_add(&page->columns, module->custom[i]);
}

/* A view loses the columns that may not be viewed. */
static void columns_view(Page *page, Str text)
{
        for (Str name; str_take(&text, ',', &name);) {
                const Field *field = runtime_field(page->selection.module, name);

                if (field && viewed(page, field))
                        column_field(page, field, name);
        }
}

/* A label that is withheld becomes the module's name and the number. */
static void column_label(Page *page)
{
        const ModuleAccess *access = principal_access(page->rq, page->selection.module);
        const MessageMeta *meta = page->selection.module->module->message;

        column_add(&page->columns, message_field_tag(meta, TAG_LABEL));
        if (access && access->label_withheld)
                column_add(&page->columns, message_field_tag(meta, TAG_NUMBER));
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = (*(const Field *const *)a)->number, y = (*(const Field *const *)b)->number;

        return (x > y) - (x < y);
}

void columns_of(Page *page)
{
        const MessageMeta *meta = page->selection.module->module->message;
        Columns *columns = &page->columns;

        column_add(columns, message_field_tag(meta, TAG_ID));
        column_add(columns, message_field_tag(meta, TAG_VERSION));
        if (page->in->n_fields > 0)
                for (size_t i = 0; i < page->in->n_fields; i++)
                        column_named(page, str_of(page->in->fields[i]));
        else if (page->view && page->view->columns)
                columns_view(page, str_of(page->view->columns));
        else
                columns_default(page);
        column_label(page);
        if (columns->n_custom > 0)
                columns->fields[columns->n++] = message_field_tag(meta, TAG_CUSTOM);
        /* A protobuf reader expects them so. */
        qsort(columns->fields, columns->n, sizeof *columns->fields, by_number);
}
