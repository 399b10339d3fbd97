/* One module as JSON: labels, rights, sections, views, fields. */
#include <string.h>

#include "entity.cauce.h"
#include "entity/filter.h"
#include "entity/runtime.h"
#include "metadata.h"

static void put_label(StrBuf *out, const char *key, const Label2 *label)
{
        strbuf_printf(out, "\"%s\":{", key);
        json_put_text(out, "es", label->es);
        strbuf_putc(out, ',');
        json_put_text(out, "en", label->en);
        strbuf_putc(out, '}');
}

static void put_string(StrBuf *out, const char *key, const char *text)
{
        if (!text)
                return;
        strbuf_putc(out, ',');
        json_put_text(out, key, text);
}

static void put_bool(StrBuf *out, const char *key, bool value)
{
        strbuf_printf(out, ",\"%s\":%s", key, value ? "true" : "false");
}

/* ---- fields ---- */

static bool hidden(const Shown *shown, const char *name)
{
        return name_in(shown->rights->hidden, shown->rights->n_hidden, name);
}

/* All custom fields are hidden with the field that holds them. A label that is withheld has another text in
 * its place. */
static bool field_hidden(Arena *arena, const Shown *shown, const Field *field)
{
        if (field->number == TAG_LABEL)
                return false;
        return field->flags & FIELD_SECRET || hidden(shown, runtime_field_name(arena, field)) ||
               (field->flags & FIELD_CUSTOM && hidden(shown, "custom"));
}

static void put_options(StrBuf *out, const Picklist *picklist)
{
        strbuf_puts(out, ",\"options\":[");
        for (unsigned i = 0; i < picklist->n_items; i++) {
                const PicklistItem *item = &picklist->items[i];
                strbuf_puts(out, i ? ",{" : "{");
                json_put_text(out, "key", item->key);
                strbuf_putc(out, ',');
                put_label(out, "label", &item->label);
                put_string(out, "color", item->color);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}

static void put_flags(StrBuf *out, uint32_t flags)
{
        static const struct {
                uint32_t flag;
                const char *name;
        } names[] = {{FIELD_REQUIRED, "required"}, {FIELD_LIST, "list"}, {FIELD_SEARCHABLE, "searchable"},
                {FIELD_UNIQUE, "unique"}, {FIELD_READ_ONLY, "read_only"}, {FIELD_CUSTOM, "custom"},
                {FIELD_APART, "apart"}};

        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                put_bool(out, names[i].name, flags & names[i].flag);
}

static void put_field(StrBuf *out, const ModuleRights *rights, const Field *field, const char *name)
{
        strbuf_printf(
                out, "{\"name\":\"%s\",\"kind\":\"%s\",", name, enum_name(&kind_enum, (int)field->kind));
        put_label(out, "label", &field->label);
        if (field->help.es) {
                strbuf_putc(out, ',');
                put_label(out, "help", &field->help);
        }
        put_string(out, "section", field->section);
        put_flags(out, field->flags);
        if (name_in(rights->no_create, rights->n_no_create, name))
                put_bool(out, "create", false);
        if (name_in(rights->no_change, rights->n_no_change, name))
                put_bool(out, "change", false);
        if (field->number == TAG_LABEL && name_in(rights->hidden, rights->n_hidden, name))
                put_bool(out, "sort", false);
        if (field->max)
                strbuf_printf(out, ",\"max\":%u", field->max);
        put_string(out, "ref", field->ref);
        if (field->picklist)
                put_options(out, field->picklist);
        strbuf_putc(out, '}');
}

static void put_fields(StrBuf *out, Arena *arena, const Shown *shown)
{
        const MessageMeta *message = shown->module->message;
        unsigned n = 0;

        strbuf_puts(out, ",\"fields\":[");
        for (unsigned i = 0; i < message->n_fields + shown->n_custom; i++) {
                const Field *field = i < message->n_fields ? &message->fields[message->order[i]]
                                                           : &shown->custom[i - message->n_fields];
                if (field_hidden(arena, shown, field))
                        continue;
                strbuf_puts(out, n++ ? "," : "");
                put_field(out, shown->rights, field, runtime_field_name(arena, field));
        }
        strbuf_putc(out, ']');
}

/* ---- sections and views ---- */

static bool section_shows(Arena *arena, const Shown *shown, const char *name)
{
        const MessageMeta *message = shown->module->message;

        for (unsigned i = 0; i < message->n_fields + shown->n_custom; i++) {
                const Field *field =
                        i < message->n_fields ? &message->fields[i] : &shown->custom[i - message->n_fields];
                if (field->section && streq(field->section, name) && !field_hidden(arena, shown, field))
                        return true;
        }
        return false;
}

static void put_sections(StrBuf *out, Arena *arena, const Shown *shown)
{
        static const Section own = {"custom", {"Campos propios", "Custom fields"}};
        const Module *module = shown->module;
        unsigned n = 0;

        strbuf_puts(out, ",\"sections\":[");
        for (unsigned i = 0; i < module->n_sections + 1; i++) {
                const Section *section = i < module->n_sections ? &module->sections[i] : &own;
                if (!section_shows(arena, shown, section->name))
                        continue;
                strbuf_printf(out, "%s{\"name\":\"%s\",", n++ ? "," : "", section->name);
                put_label(out, "label", &section->label);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}

/* A field that may not be sorted, filtered or grouped by. */
static bool closed(const Shown *shown, const char *name)
{
        return hidden(shown, name) || (strncmp(name, "custom.", 7) == 0 && hidden(shown, "custom"));
}

static bool filter_closed(const Shown *shown, const Cauce__Filter *filter)
{
        bool found = filter && filter->field && closed(shown, filter->field);

        for (size_t i = 0; filter && i < filter->n_all; i++)
                found = found || filter_closed(shown, filter->all[i]);
        for (size_t i = 0; filter && i < filter->n_any; i++)
                found = found || filter_closed(shown, filter->any[i]);
        return found || (filter && filter->not_ && filter_closed(shown, filter->not_));
}

/* The next name of "a,-b"; NULL at the end. */
static const char *next_name(Arena *arena, const char **list)
{
        const char *from = *list;

        if (!from || !from[0])
                return NULL;
        size_t len = strcspn(from, ","), sign = from[0] == '-';
        *list = from + len + (from[len] == ',');
        return arena_strndup(arena, from + sign, len - sign);
}

static bool list_closed(Arena *arena, const Shown *shown, const char *list)
{
        for (const char *name; (name = next_name(arena, &list));)
                if (closed(shown, name))
                        return true;
        return false;
}

static bool view_closed(Arena *arena, const Shown *shown, const View *view)
{
        return filter_closed(shown, filter_text(arena, str_of(view->filter))) ||
               list_closed(arena, shown, view->sort) || (view->group_by && closed(shown, view->group_by));
}

static void put_columns(StrBuf *out, Arena *arena, const Shown *shown, const char *columns)
{
        unsigned n = 0;

        strbuf_puts(out, ",\"columns\":[");
        for (const char *name; (name = next_name(arena, &columns));)
                if (streq(name, "label") || !hidden(shown, name))
                        strbuf_printf(out, "%s\"%s\"", n++ ? "," : "", name);
        strbuf_putc(out, ']');
}

static void put_views(StrBuf *out, Arena *arena, const Shown *shown)
{
        unsigned n = 0;

        strbuf_puts(out, ",\"views\":[");
        for (unsigned i = 0; i < shown->module->n_views; i++) {
                const View *view = &shown->module->views[i];
                if (view_closed(arena, shown, view))
                        continue;
                strbuf_printf(out, "%s{\"name\":\"%s\",", n++ ? "," : "", view->name);
                put_label(out, "label", &view->label);
                put_string(out, "filter", view->filter);
                put_string(out, "sort", view->sort);
                put_string(out, "group_by", view->group_by);
                if (view->columns)
                        put_columns(out, arena, shown, view->columns);
                strbuf_putc(out, '}');
        }
        strbuf_putc(out, ']');
}

/* ---- the module ---- */

static void put_rights(StrBuf *out, const ModuleRights *rights)
{
        strbuf_puts(out, ",\"rights\":[");
        for (size_t i = 0; i < rights->n_rights; i++)
                strbuf_printf(out, "%s\"%s\"", i ? "," : "", rights->rights[i]);
        strbuf_putc(out, ']');
}

/* What the record's name is made of, as far as it may be seen. */
static void put_label_from(StrBuf *out, const Shown *shown)
{
        const Module *module = shown->module;
        unsigned n = 0;

        strbuf_puts(out, ",\"label_from\":[");
        for (unsigned i = 0; i < module->n_label_from; i++)
                if (!hidden(shown, module->label_from[i]))
                        strbuf_printf(out, "%s\"%s\"", n++ ? "," : "", module->label_from[i]);
        strbuf_putc(out, ']');
}

void metadata_module(StrBuf *out, Arena *arena, const Shown *shown)
{
        const Module *module = shown->module;
        static const char *const levels[] = {
                [MODULE_PRIVATE] = "private", [MODULE_SEE] = "see", [MODULE_CHANGE] = "change"};
        const char *sort = module->sort ? module->sort : "-created_at";

        strbuf_printf(out, "{\"key\":\"%s\",\"service\":\"%s\",\"name\":\"%s\",\"path\":\"%s\",", module->key,
                module->service, module->name, module->path);
        put_label(out, "label", &module->label);
        strbuf_putc(out, ',');
        put_label(out, "plural", &module->plural);
        put_bool(out, "feminine", module->feminine);
        if (module->remove.es) {
                strbuf_puts(out, ",\"removal\":{");
                put_label(out, "label", &module->remove);
                strbuf_putc(out, ',');
                put_label(out, "done", &module->removed);
                strbuf_putc(out, '}');
        }
        put_string(out, "icon", module->icon);
        put_string(out, "sort", list_closed(arena, shown, sort) ? "-created_at" : sort);
        put_label_from(out, shown);
        put_bool(out, "administrators", module->flags & MODULE_ADMINISTRATORS);
        put_bool(out, "made_by_system", module->flags & MODULE_BY_SYSTEM);
        put_bool(out, "kept", module->flags & MODULE_KEPT);
        put_string(out, "access", levels[module->access]);
        put_rights(out, shown->rights);
        put_sections(out, arena, shown);
        put_views(out, arena, shown);
        put_fields(out, arena, shown);
        strbuf_putc(out, '}');
}
