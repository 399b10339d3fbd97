/* Refuses modules that the entity layer, the client or the database could not serve. */
#include <string.h>

#include "model.h"
#include "util.h"

#define TYPE(name) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name
#define KIND(name) CAUCE__KIND__KIND_##name

/* Longer texts do not fit a B-tree's entry. */
#define SORTABLE_MAX 500

/* ---- the system's fields
 * ------------------------------------------------------------------------------------------ */

typedef struct SystemField {
        const char *name, *type_name;
        int type;
        Cauce__Kind kind;
} SystemField;

static const SystemField system_fields[] = {
        {.name = "id", .type_name = "bytes", .type = TYPE(BYTES), .kind = KIND(UUID)},
        {.name = "version", .type_name = "int64", .type = TYPE(INT64), .kind = KIND(INTEGER)},
        {.name = "label", .type_name = "string", .type = TYPE(STRING), .kind = KIND(TEXT)},
        {.name = "created_at", .type_name = "int64", .type = TYPE(INT64), .kind = KIND(DATETIME)},
        {.name = "created_by", .type_name = "bytes", .type = TYPE(BYTES), .kind = KIND(REFERENCE)},
        {.name = "updated_at", .type_name = "int64", .type = TYPE(INT64), .kind = KIND(DATETIME)},
        {.name = "updated_by", .type_name = "bytes", .type = TYPE(BYTES), .kind = KIND(REFERENCE)},
        {.name = "deleted_at", .type_name = "int64", .type = TYPE(INT64), .kind = KIND(DATETIME)},
        {.name = "owner", .type_name = "bytes", .type = TYPE(BYTES), .kind = KIND(REFERENCE)},
        {.name = "assigned_to", .type_name = "bytes", .type = TYPE(BYTES), .kind = KIND(REFERENCE)},
        {.name = "custom", .type_name = "Custom", .type = TYPE(MESSAGE), .kind = KIND(CUSTOM)},
        {.name = "labels", .type_name = "repeated Label", .type = TYPE(MESSAGE), .kind = KIND(LABELS)},
        {.name = "number", .type_name = "int64", .type = TYPE(INT64), .kind = KIND(NUMBER)},
};
#define N_SYSTEM_FIELDS (sizeof system_fields / sizeof *system_fields)

/* They are declared first and in order: RecordHead lies over the struct. */
static void check_system_fields(const Message *message)
{
        for (unsigned i = 0; i < N_SYSTEM_FIELDS; i++) {
                const SystemField *want = &system_fields[i];
                const Field *field = i < message->n_fields ? &message->fields[i] : NULL;
                if (!field || !streq(field->name, want->name) || field->pb->number != (int32_t)i + 1 ||
                        (int)field->pb->type != want->type || field->kind != want->kind) {
                        problem(message->file->name, field ? field->line : message->line,
                                "module %s: the field here is `%s %s = %u` of %s; every module begins with the same %zu",
                                message->pb->name, want->type_name, want->name, i + 1, kind_name(want->kind),
                                N_SYSTEM_FIELDS);
                        return;
                }
        }
}

/* ---- fields
 * ------------------------------------------------------------------------------------------------------- */

static bool is_text(const Field *field)
{
        return field->pb->type == TYPE(STRING) && !field->repeated;
}

static bool has_section(const ModuleOptions *module, const char *name)
{
        for (size_t i = 0; i < module->n_sections; i++)
                if (module->sections[i]->name && streq(module->sections[i]->name, name))
                        return true;
        return false;
}

static bool sortable(const Field *field)
{
        if (field->repeated || field->kind == KIND(CUSTOM) || field->kind == KIND(LONG_TEXT))
                return false;
        return !is_text(field) || !field->options->has_max || field->options->max <= SORTABLE_MAX;
}

static void check_own_field(const Message *message, const Field *field)
{
        const char *file = message->file->name, *name = field->name;

        if (field->pb->number < (int32_t)N_SYSTEM_FIELDS + 1)
                problem(file, field->line, "%s: the tags up to %zu are the system's", name, N_SYSTEM_FIELDS);
        else if (field->pb->number <= SYSTEM_TAG_MAX)
                problem(file, field->line,
                        "%s: the tags %zu to %d are kept for the system; a module's fields begin at %d", name,
                        N_SYSTEM_FIELDS + 1, SYSTEM_TAG_MAX, SYSTEM_TAG_MAX + 1);
        if (is_sql_word(name) || streq(name, "fold"))
                problem(file, field->line, "%s: the name is reserved in the database", name);
        switch (field->kind) {
        case KIND(MESSAGE):
        case KIND(BYTES):
        case KIND(CUSTOM):
        case KIND(LABELS):
        case KIND(NUMBER):
                problem(file, field->line, "%s: %s is not a kind of a module's field", name,
                        kind_name(field->kind));
                break;
        default:
                if (field->repeated && field->kind != KIND(MULTI_PICKLIST))
                        problem(file, field->line, "%s: only KIND_MULTI_PICKLIST is repeated in a module",
                                name);
                if (field->kind == KIND(INTEGER) && field->pb->type != TYPE(INT64))
                        problem(file, field->line, "%s: an integer of a module is an int64", name);
        }
}

static void check_module_field(const Message *message, const Field *field, bool own)
{
        const FieldOptions *options = field->options;
        const char *file = message->file->name, *name = field->name;

        if (own)
                check_own_field(message, field);
        if (!options->es || !*options->es || !options->en || !*options->en)
                problem(file, field->line, "%s: es and en are needed: people read the label", name);
        if (!options->help_es != !options->help_en)
                problem(file, field->line, "%s: help_es and help_en come together", name);
        if (options->section && !has_section(message->module, options->section))
                problem(file, field->line, "%s: the module has no section \"%s\"", name, options->section);
        if (options->secret && (options->list || options->searchable))
                problem(file, field->line, "%s: what is secret is neither listed nor searched", name);
        if (options->apart && options->list)
                problem(file, field->line, "%s: what stands apart is not listed", name);
        if (options->searchable && !is_text(field))
                problem(file, field->line, "%s: only a text is searchable", name);
        if (options->unique && !sortable(field))
                problem(file, field->line, "%s: what is unique is one value, a text of at most %d characters",
                        name, SORTABLE_MAX);
}

/* ---- sections and views
 * ------------------------------------------------------------------------------------------- */

static void check_sections(const Message *message)
{
        const ModuleOptions *module = message->module;

        for (size_t i = 0; i < module->n_sections; i++) {
                const Cauce__Section *section = module->sections[i];
                check_name(message->file, message->module_line, text("module %s, section", message->pb->name),
                        section->name);
                if (!section->es || !section->en)
                        problem(message->file->name, message->module_line,
                                "section \"%s\": es and en are needed", section->name ? section->name : "");
                for (size_t j = 0; section->name && j < i; j++)
                        if (module->sections[j]->name && streq(module->sections[j]->name, section->name))
                                problem(message->file->name, message->module_line,
                                        "section \"%s\" is there twice", section->name);
        }
}

/* The fields of "-created_at,label". */
static void check_parts(const Message *message, const char *what, const char *list, bool sort)
{
        const char *parts[PARTS_MAX + 1];
        unsigned n = parse_list(list, parts, PARTS_MAX + 1);

        if (n > PARTS_MAX)
                problem(message->file->name, message->module_line, "%s: at most %d fields", what, PARTS_MAX);
        for (unsigned i = 0; i < n; i++) {
                const char *name = parts[i] + (sort && *parts[i] == '-');
                const Field *field = find_field(message, name);
                if (!field)
                        problem(message->file->name, message->module_line, "%s: there is no field \"%s\"",
                                what, name);
                else if (sort && !sortable(field))
                        problem(message->file->name, message->module_line,
                                "%s: lists are not sorted by \"%s\"", what, name);
                else if (field->options->secret)
                        problem(message->file->name, message->module_line, "%s: \"%s\" is secret", what,
                                name);
        }
}

static void check_filter(const Message *message, const char *what, const char *filter)
{
        Condition conditions[CONDITIONS_MAX];
        int n = parse_filter(filter, conditions);

        if (n < 0)
                problem(message->file->name, message->module_line,
                        "%s: the filter is \"field[op]=value&…\", at most %d", what, CONDITIONS_MAX);
        for (int i = 0; i < n; i++) {
                const Field *field = find_field(message, conditions[i].field);
                if (!field)
                        problem(message->file->name, message->module_line, "%s: there is no field \"%s\"",
                                what, conditions[i].field);
                else if (field->options->secret)
                        problem(message->file->name, message->module_line, "%s: \"%s\" is secret", what,
                                field->name);
        }
}

static void check_view(const Message *message, size_t place)
{
        const Cauce__View *view = message->module->views[place];
        const char *file = message->file->name;
        int line = message->module_line;

        check_name(message->file, line, text("module %s, view", message->pb->name), view->name);
        if (!view->name)
                return;
        const char *what = text("view \"%s\"", view->name);
        if (!view->es || !view->en)
                problem(file, line, "%s: es and en are needed", what);
        for (size_t i = 0; i < place; i++)
                if (message->module->views[i]->name && streq(message->module->views[i]->name, view->name))
                        problem(file, line, "%s is there twice", what);
        if (view->filter)
                check_filter(message, what, view->filter);
        if (view->sort)
                check_parts(message, what, view->sort, true);
        if (view->columns)
                check_parts(message, what, view->columns, false);
        const Field *group = view->group_by ? find_field(message, view->group_by) : NULL;
        if (view->group_by && (!group || group->kind != KIND(PICKLIST)))
                problem(file, line, "%s: group_by is a picklist field", what);
}

/* ---- the module
 * --------------------------------------------------------------------------------------------------- */

static bool is_path(const char *path)
{
        static const char *const taken[] = {
                "cities", "events", "health", "jobs", "metadata", "search", "session"};

        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
                if (streq(path, taken[i]))
                        return false;
        return *path >= 'a' && *path <= 'z' && strlen(path) <= NAME_MAX_LENGTH &&
               path[strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

static void check_once(const Model *model, const Message *message)
{
        const ModuleOptions *module = message->module;

        foreach_file (model, file)
                foreach_message (file, other) {
                        if (other == message)
                                return;
                        if (!other->module)
                                continue;
                        if (module->name && other->module->name && streq(module->name, other->module->name))
                                problem(message->file->name, message->module_line,
                                        "%s has a module \"%s\" too", file->name, module->name);
                        if (module->path && other->module->path && streq(module->path, other->module->path))
                                problem(message->file->name, message->module_line,
                                        "%s has a module of the path \"%s\" too", file->name, module->path);
                }
}

/* Words of SQL need quotes; the others are in every service's schema (libs/entity/migrations). */
static void check_table(const Model *model, const Message *message)
{
        static const char *const taken[] = {"copy_state", "custom_field", "dead_letter", "event", "idem",
                "inbox", "job", "job_reject", "lease", "outbox", "ref_label"};
        const char *table = table_of(message), *file = message->file->name;
        bool free = !is_sql_word(table);

        check_name(message->file, message->module_line, "table", table);
        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
                free = free && !streq(table, taken[i]);
        if (!free)
                problem(file, message->module_line,
                        "module %s: \"%s\" is reserved in the database; say table: \"another\"",
                        message->pb->name, table);
        foreach_file (model, other_file)
                foreach_message (other_file, other) {
                        if (other == message)
                                return;
                        if (!other->module || !other->module->name ||
                                streq(other->module->name, message->module->name))
                                continue;
                        if (same_service(other_file, message->file) && streq(table_of(other), table)) {
                                problem(file, message->module_line,
                                        "module %s: the service has a table \"%s\"", message->pb->name,
                                        table);
                                return;
                        }
                }
}

static void check_label_from(const Message *message)
{
        const ModuleOptions *module = message->module;

        if (module->n_label_from == 0)
                problem(message->file->name, message->module_line,
                        "module %s: label_from names the field that is a record's name", message->pb->name);
        for (size_t i = 0; i < module->n_label_from; i++) {
                const Field *field = find_field(message, module->label_from[i]);
                if (!field || field->pb->number <= SYSTEM_TAG_MAX)
                        problem(message->file->name, message->module_line,
                                "label_from: there is no field \"%s\"", module->label_from[i]);
                else if (!is_text(field) || !sortable(field) || field->options->secret)
                        problem(message->file->name, message->module_line,
                                "label_from: \"%s\" is not an open text of at most %d characters",
                                field->name, SORTABLE_MAX);
        }
}

void check_module(const Model *model, const Message *message)
{
        const ModuleOptions *module = message->module;
        const char *file = message->file->name;
        int line = message->module_line;

        if (!message->file->service)
                problem(file, line, "module %s: the file has no option (cauce.service)", message->pb->name);
        check_name(message->file, line, "module", module->name);
        if (module->name && !streq(module->name, message->symbol))
                problem(file, line, "module \"%s\": message %s makes it \"%s\"", module->name,
                        message->pb->name, message->symbol);
        if (module->name)
                check_table(model, message);
        if (!module->path || !is_path(module->path))
                problem(file, line, "module %s: path \"%s\" is taken or not lower case", message->pb->name,
                        module->path ? module->path : "");
        if (!module->es || !module->es_plural || !module->en || !module->en_plural)
                problem(file, line, "module %s: es, es_plural, en and en_plural are needed",
                        message->pb->name);
        if (module->gender && !streq(module->gender, "f") && !streq(module->gender, "m"))
                problem(file, line, "module %s: gender is \"f\" or \"m\"", message->pb->name);
        if (module->remove && (!module->remove->es || !module->remove->en || !module->remove->es_done ||
                                      !module->remove->en_done))
                problem(file, line, "module %s: remove needs es, en, es_done and en_done", message->pb->name);
        if (module->access && !streq(module->access, "private") && !streq(module->access, "see") &&
                !streq(module->access, "change"))
                problem(file, line, "module %s: access is \"private\", \"see\" or \"change\"",
                        message->pb->name);
        if (!module->icon)
                problem(file, line, "module %s: icon is needed", message->pb->name);
        check_once(model, message);
        check_system_fields(message);
        for (unsigned i = 0; i < message->n_fields; i++)
                check_module_field(message, &message->fields[i], i >= N_SYSTEM_FIELDS);
        check_sections(message);
        check_label_from(message);
        if (module->sort)
                check_parts(message, "sort", module->sort, true);
        for (size_t i = 0; i < module->n_views; i++)
                check_view(message, i);
}
