/* The columns of an export. */
#include <string.h>

#include "export.h"

typedef struct Choice {
        Export *export;
        const ModuleRights *own; /* NULL = none: the list will refuse */
        unsigned n_custom;
        const Field *custom;
} Choice;

static void column_add(Choice *choice, const Field *field)
{
        Export *export = choice->export;
        Arena *arena = export->x->rq.arena;
        const char *name =
                field->flags & FIELD_CUSTOM ? arena_printf(arena, "custom.%s", field->name) : field->name;

        if (field->number != TAG_LABEL && choice->own &&
                (name_in(choice->own->hidden, choice->own->n_hidden, name) ||
                        (field->flags & FIELD_CUSTOM &&
                                name_in(choice->own->hidden, choice->own->n_hidden, "custom"))))
                return;
        export->in.fields[export->in.n_fields++] = (char *)name;
        export->columns[export->n++] = field;
}

static const Field *field_named(const Choice *choice, const char *name)
{
        if (strncmp(name, "custom.", 7) != 0)
                return message_field(choice->export->module->message, str_of(name));
        for (unsigned i = 0; i < choice->n_custom; i++)
                if (streq(choice->custom[i].name, name + 7))
                        return &choice->custom[i];
        return NULL;
}

/* `named`: somebody asked for it, so the list is to refuse what is not there or is hidden. */
static void columns_named(Choice *choice, char *const *names, size_t n, bool named)
{
        Export *export = choice->export;

        for (size_t i = 0; i < n && export->n < 200; i++) {
                const Field *field = field_named(choice, names[i]);
                if (field && field->kind == KIND_CUSTOM) {
                        for (unsigned j = 0; j < choice->n_custom; j++)
                                column_add(choice, &choice->custom[j]);
                } else if (named) {
                        export->in.fields[export->in.n_fields++] = names[i];
                        export->columns[export->n++] = field;
                } else if (field) {
                        column_add(choice, field);
                }
        }
}

static void columns_default(Choice *choice)
{
        const MessageMeta *meta = choice->export->module->message;

        for (unsigned i = 0; i < meta->n_fields; i++) {
                const Field *field = &meta->fields[meta->order[i]];
                if (field->flags & FIELD_LIST && !(field->flags & FIELD_SECRET))
                        column_add(choice, field);
        }
        for (unsigned i = 0; i < choice->n_custom; i++)
                if (choice->custom[i].flags & FIELD_LIST)
                        column_add(choice, &choice->custom[i]);
}

static const char *view_columns(const Module *module, const char *view)
{
        for (unsigned i = 0; view && i < module->n_views; i++)
                if (streq(module->views[i].name, view))
                        return module->views[i].columns;
        return NULL;
}

/* Those asked for, else the view's, else the list's; always told to the list by name, so that header and rows
 * agree. */
void export_columns(Exchange *x, Export *export)
{
        const Module *module = export->module;
        Choice choice = {.export = export, .own = rights_module(rights_of(x), module)};
        Cauce__ListRequest view = CAUCE__LIST_REQUEST__INIT;
        char **asked = export->in.fields;
        size_t n_asked = export->in.n_fields;

        choice.n_custom = meta_fields(x, meta_of(x, module->service), module, &choice.custom);
        size_t most = 200 + module->message->n_fields + choice.n_custom;
        export->in.fields = arena_array(x->rq.arena, most, sizeof *export->in.fields);
        export->in.n_fields = 0;
        export->columns = arena_array(x->rq.arena, most, sizeof *export->columns);
        const char *columns = view_columns(module, export->in.view);
        if (n_asked > 0)
                columns_named(&choice, asked, n_asked, true);
        else if (columns && list_param(x, module, &(HttpParam){STR("fields"), str_of(columns)}, &view))
                columns_named(&choice, view.fields, view.n_fields, false);
        else
                columns_default(&choice);
        if (export->n == 0)
                column_add(&choice, message_field_tag(module->message, TAG_LABEL));
}
