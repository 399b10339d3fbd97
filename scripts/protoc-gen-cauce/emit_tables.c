/* <file>.cauce.c: the const tables of libs/base/meta.h for every message, enum, picklist, module and method.
 */
#include "model.h"
#include "util.h"

static const char *pb_type(const FieldPb *pb)
{
        switch (pb->type) {
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL:
                return "BOOL";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT32:
                return "INT32";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32:
                return "UINT32";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64:
                return "INT64";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64:
                return "UINT64";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM:
                return "ENUM";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES:
                return "BYTES";
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE:
                return "MESSAGE";
        default:
                return "STRING";
        }
}

/* Does protobuf-c keep a has_x beside the value? */
static bool has_flag(const Field *field)
{
        return !field->repeated &&
               field->pb->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING &&
               field->pb->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE;
}

static uint32_t max_of(const Field *field)
{
        if (field->options->has_max)
                return field->options->max;
        if (field->repeated || field->pb->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING)
                return 0;
        return field->kind == CAUCE__KIND__KIND_LONG_TEXT ? 10000 : 200;
}

/* Members of a table's row, which is one line: "{ .a = 1, .b = 2 }". */

static void put_flags(FILE *out, const FieldOptions *options)
{
        const char *separator = ", .flags = ";

#define FLAG(member, name)                                                                                   \
        if (options->member) {                                                                               \
                fprintf(out, "%sFIELD_%s", separator, name);                                                 \
                separator = " | ";                                                                           \
        }
        FLAG(required, "REQUIRED")
        FLAG(list, "LIST")
        FLAG(searchable, "SEARCHABLE")
        FLAG(unique, "UNIQUE")
        FLAG(secret, "SECRET")
        FLAG(read_only, "READ_ONLY")
        FLAG(apart, "APART")
#undef FLAG
}

static void put_label(FILE *out, const char *member, const char *es, const char *en)
{
        if (!es && !en)
                return;
        fprintf(out, ", .%s = { ", member);
        put_c(out, es);
        fprintf(out, ", ");
        put_c(out, en);
        fprintf(out, " }");
}

static void put_text(FILE *out, const char *member, const char *value)
{
        if (!value)
                return;
        fprintf(out, ", .%s = ", member);
        put_c(out, value);
}

static void put_field(FILE *out, const Message *message, const Field *field, unsigned index)
{
        const FieldOptions *options = field->options;

        fprintf(out, "        { .name = \"%s\", .number = %d, .kind = %s", field->name, field->pb->number,
                kind_name(field->kind));
        put_flags(out, options);
        if (max_of(field) > 0)
                fprintf(out, ", .max = %u", max_of(field));
        put_label(out, "label", options->es, options->en);
        put_label(out, "help", options->help_es, options->help_en);
        put_text(out, "section", options->section);
        if (options->picklist)
                fprintf(out, ", .picklist = &%s_picklist", options->picklist);
        put_text(out, "ref", options->ref);
        if (field->message)
                fprintf(out, ", .message = &%s_meta", field->message->symbol);
        if (field->enumeration)
                fprintf(out, ", .enumeration = &%s_enum", field->enumeration->symbol);
        fprintf(out, ", .index = %u, .type = PROTOBUF_C_TYPE_%s", index, pb_type(field->pb));
        if (field->repeated)
                fprintf(out, ", .repeated = true");
        fprintf(out, ", .offset = offsetof(%s, %s)", message->c_type, field->c_name);
        if (field->repeated || has_flag(field))
                fprintf(out, ", .quantifier = offsetof(%s, %s_%s)", message->c_type,
                        field->repeated ? "n" : "has", field->c_name);
        fprintf(out, " },\n");
}

static void put_message(FILE *out, const Message *message)
{
        fprintf(out, "\n/* ---- %s ---- */\n\n", message->full);
        if (message->n_fields > 0) {
                fprintf(out, "static const Field %s_fields[] = {\n", message->symbol);
                for (unsigned i = 0; i < message->n_fields; i++)
                        put_field(out, message, message->by_tag[i], i);
                fprintf(out, "};\nstatic const uint16_t %s_order[] = {", message->symbol);
                foreach_field (message, field)
                        for (unsigned i = 0; i < message->n_fields; i++)
                                if (message->by_tag[i] == field)
                                        fprintf(out, "%s%u", field == message->fields ? " " : ", ", i);
                fprintf(out, " };\n");
        }
        fprintf(out, "const MessageMeta %s_meta = {\n        .name = \"%s\",\n", message->symbol,
                message->full);
        fprintf(out, "        .descriptor = &%s__descriptor,\n", message->c_lower);
        if (message->n_fields > 0)
                fprintf(out,
                        "        .n_fields = %u,\n        .fields = %s_fields,\n        .order = %s_order,\n",
                        message->n_fields, message->symbol, message->symbol);
        fprintf(out, "};\n");
}

/* RecordHead lies over every module's struct. */
static void put_head_asserts(FILE *out, const Message *message)
{
        static const char *const members[] = {"has_id", "id", "has_version", "version", "label",
                "has_created_at", "created_at", "has_created_by", "created_by", "has_updated_at",
                "updated_at", "has_updated_by", "updated_by", "has_deleted_at", "deleted_at", "has_owner",
                "owner", "has_assigned_to", "assigned_to", "custom", "n_labels", "labels", "has_number",
                "number"};

        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
                fprintf(out, "_Static_assert(offsetof(%s, %s) == offsetof(RecordHead, %s), \"%s\");\n",
                        message->c_type, members[i], members[i], members[i]);
}

static void put_sections(FILE *out, const Message *message)
{
        const ModuleOptions *module = message->module;

        if (module->n_sections == 0)
                return;
        fprintf(out, "static const Section %s_sections[] = {\n", module->name);
        for (size_t i = 0; i < module->n_sections; i++) {
                fprintf(out, "        { .name = \"%s\"", module->sections[i]->name);
                put_label(out, "label", module->sections[i]->es, module->sections[i]->en);
                fprintf(out, " },\n");
        }
        fprintf(out, "};\n");
}

static void put_views(FILE *out, const Message *message)
{
        const ModuleOptions *module = message->module;

        if (module->n_views == 0)
                return;
        fprintf(out, "static const View %s_views[] = {\n", module->name);
        for (size_t i = 0; i < module->n_views; i++) {
                const Cauce__View *view = module->views[i];
                fprintf(out, "        { .name = \"%s\"", view->name);
                put_label(out, "label", view->es, view->en);
                put_text(out, "filter", view->filter);
                put_text(out, "sort", view->sort);
                put_text(out, "columns", view->columns);
                put_text(out, "group_by", view->group_by);
                fprintf(out, " },\n");
        }
        fprintf(out, "};\n");
}

static void put_member(FILE *out, const char *member, const char *value)
{
        fprintf(out, "        .%s = ", member);
        put_c(out, value);
        fprintf(out, ",\n");
}

static void put_pair(FILE *out, const char *member, const char *es, const char *en)
{
        fprintf(out, "        .%s = { ", member);
        put_c(out, es);
        fprintf(out, ", ");
        put_c(out, en);
        fprintf(out, " },\n");
}

static void put_module(FILE *out, const Message *message)
{
        const ModuleOptions *module = message->module;
        const char *name = module->name;

        fputc('\n', out);
        put_head_asserts(out, message);
        put_sections(out, message);
        put_views(out, message);
        fprintf(out, "static const char *const %s_label_from[] = {", name);
        for (size_t i = 0; i < module->n_label_from; i++)
                fprintf(out, "%s\"%s\"", i ? ", " : " ", module->label_from[i]);
        fprintf(out, " };\nconst Module %s_module = {\n", name);
        put_member(out, "service", message->file->service);
        put_member(out, "name", name);
        put_member(out, "path", module->path);
        put_member(out, "key", module_key(message));
        put_member(out, "table", table_of(message));
        put_pair(out, "label", module->es, module->en);
        put_pair(out, "plural", module->es_plural, module->en_plural);
        fprintf(out, "        .feminine = %s,\n",
                module->gender && streq(module->gender, "f") ? "true" : "false");
        if (module->remove) {
                put_pair(out, "remove", module->remove->es, module->remove->en);
                put_pair(out, "removed", module->remove->es_done, module->remove->en_done);
        }
        fprintf(out, "        .access = MODULE_%s,\n",
                !module->access                   ? "PRIVATE"
                : streq(module->access, "see")    ? "SEE"
                : streq(module->access, "change") ? "CHANGE"
                                                  : "PRIVATE");
        fprintf(out, "        .flags = 0%s%s%s,\n", module->administrators ? " | MODULE_ADMINISTRATORS" : "",
                module->made_by_system ? " | MODULE_BY_SYSTEM" : "", module->kept ? " | MODULE_KEPT" : "");
        put_member(out, "icon", module->icon);
        fprintf(out, "        .menu = %u,\n", module->menu);
        put_member(out, "sort", module->sort ? module->sort : "-created_at");
        fprintf(out, "        .message = &%s_meta,\n", message->symbol);
        if (module->n_sections > 0)
                fprintf(out, "        .n_sections = %zu,\n        .sections = %s_sections,\n",
                        module->n_sections, name);
        if (module->n_views > 0)
                fprintf(out, "        .n_views = %zu,\n        .views = %s_views,\n", module->n_views, name);
        fprintf(out, "        .n_label_from = %zu,\n        .label_from = %s_label_from,\n};\n",
                module->n_label_from, name);
}

static void put_picklist(FILE *out, const Picklist *picklist)
{
        fprintf(out, "\nstatic const PicklistItem %s_items[] = {\n", picklist->name);
        for (size_t i = 0; i < picklist->n_items; i++) {
                fprintf(out, "        { .key = \"%s\"", picklist->items[i]->key);
                put_label(out, "label", picklist->items[i]->es, picklist->items[i]->en);
                put_text(out, "color", picklist->items[i]->color);
                fprintf(out, " },\n");
        }
        fprintf(out,
                "};\nconst Picklist %s_picklist = {\n        .name = \"%s\",\n        .n_items = %zu,\n"
                "        .items = %s_items,\n};\n",
                picklist->name, picklist->name, picklist->n_items, picklist->name);
}

static void put_enum(FILE *out, const Enum *e)
{
        fprintf(out, "\n/* ---- %s ---- */\n\n", e->full);
        if (streq(e->full, "cauce.Kind")) {
                for (size_t i = 0; i < e->pb->n_value; i++)
                        fprintf(out, "_Static_assert((int)%s == (int)%s__%s, \"meta.h\");\n",
                                e->pb->value[i]->name, e->c_enum, e->pb->value[i]->name);
                fprintf(out, "_Static_assert((int)KIND_MAX == %zu, \"meta.h\");\n", e->pb->n_value);
        }
        fprintf(out, "static const char *const %s_names[] = {\n", e->symbol);
        for (size_t i = 0; i < e->pb->n_value; i++)
                fprintf(out, "        [%d] = \"%s\",\n", e->pb->value[i]->number, value_name(e, i));
        fprintf(out,
                "};\nconst EnumMeta %s_enum = {\n        .name = \"%s\",\n        .n = %zu,\n        .names = %s_names,\n};\n",
                e->symbol, e->full, e->pb->n_value, e->symbol);
        fprintf(out, "const char *%s_name(%s value)\n{\n        return enum_name(&%s_enum, (int)value);\n}\n",
                e->symbol, e->name, e->symbol);
}

static void put_method(FILE *out, const Method *method)
{
        fprintf(out, "\nconst Method %s_method = {\n", method->symbol);
        put_member(out, "service", method->file->service);
        put_member(out, "name", method->name);
        if (method->options->http) {
                const char *http = method->options->http;
                int verb = 0;
                while (http[verb] && http[verb] != ' ')
                        verb++;
                put_member(out, "http_method", text("%.*s", verb, http));
                put_member(out, "http_path", http + verb + 1);
        }
        if (method->options->anonymous)
                fprintf(out, "        .anonymous = true,\n");
        if (method->options->idempotent)
                fprintf(out, "        .idempotent = true,\n");
        if (method->options->keys)
                fprintf(out, "        .keys = true,\n");
        if (method->options->patch)
                fprintf(out, "        .patch = true,\n");
        if (method->options->http)
                put_pair(out, "label", method->options->es, method->options->en);
        fprintf(out, "        .request = &%s_meta,\n        .reply = &%s_meta,\n};\n",
                method->request->symbol, method->reply->symbol);
}

void emit_tables(const File *file)
{
        FILE *out = output(text("%s.cauce.c", file->base));

        fprintf(out,
                "/* Generated by protoc-gen-cauce from %s. */\n#include \"%s.cauce.h\"\n\n#include <stddef.h>\n",
                file->name, file->base);
        foreach_enum (file, e)
                put_enum(out, e);
        for (unsigned i = 0; i < file->n_picklists; i++)
                put_picklist(out, file->picklists[i]);
        foreach_message (file, message) {
                put_message(out, message);
                if (message->module)
                        put_module(out, message);
        }
        foreach_method (file, method)
                put_method(out, method);
}
