/* Refuses, with file and line, what the tables could not say. Rules of modules alone are in check_module.c.
 */
#include <string.h>

#include "model.h"
#include "util.h"

#define TYPE(name) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name
#define KIND(name) CAUCE__KIND__KIND_##name

bool is_snake(const char *name)
{
        return *name >= 'a' && *name <= 'z' &&
               name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

void check_name(const File *file, int line, const char *what, const char *name)
{
        if (!name || !*name)
                problem(file->name, line, "%s has no name", what);
        else if (!is_snake(name))
                problem(file->name, line,
                        "%s \"%s\": a name is lower case, digits and '_', and begins with a letter", what,
                        name);
        else if (strlen(name) > NAME_MAX_LENGTH)
                problem(file->name, line, "%s \"%s\": a name has at most %d characters", what, name,
                        NAME_MAX_LENGTH);
}

bool is_sql_word(const char *name)
{
        static const char *const words[] = {"all", "analyse", "analyze", "and", "any", "array", "as", "asc",
                "asymmetric", "authorization", "binary", "both", "case", "cast", "check", "collate",
                "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog",
                "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
                "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
                "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having",
                "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral",
                "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
                "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing",
                "primary", "references", "returning", "right", "select", "session_user", "similar", "some",
                "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true", "union",
                "unique", "user", "using", "variadic", "verbose", "when", "where", "window", "with"};

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (streq(name, words[i]))
                        return true;
        return false;
}

/* ---- fields
 * ------------------------------------------------------------------------------------------------------- */

static const char *const type_names[] = {[TYPE(DOUBLE)] = "double",
        [TYPE(FLOAT)] = "float",
        [TYPE(INT64)] = "int64",
        [TYPE(UINT64)] = "uint64",
        [TYPE(INT32)] = "int32",
        [TYPE(FIXED64)] = "fixed64",
        [TYPE(FIXED32)] = "fixed32",
        [TYPE(BOOL)] = "bool",
        [TYPE(STRING)] = "string",
        [TYPE(GROUP)] = "group",
        [TYPE(MESSAGE)] = "message",
        [TYPE(BYTES)] = "bytes",
        [TYPE(UINT32)] = "uint32",
        [TYPE(ENUM)] = "enum",
        [TYPE(SFIXED32)] = "sfixed32",
        [TYPE(SFIXED64)] = "sfixed64",
        [TYPE(SINT32)] = "sint32",
        [TYPE(SINT64)] = "sint64"};

static bool type_known(const Field *field)
{
        switch (field->pb->type) {
        case TYPE(BOOL):
        case TYPE(INT32):
        case TYPE(UINT32):
        case TYPE(INT64):
        case TYPE(UINT64):
        case TYPE(ENUM):
        case TYPE(STRING):
        case TYPE(BYTES):
        case TYPE(MESSAGE):
                return true;
        default:
                return false;
        }
}

static bool kind_fits(const Field *field)
{
        switch (field->kind) {
        case KIND(TEXT):
        case KIND(LONG_TEXT):
        case KIND(PICKLIST):
        case KIND(MULTI_PICKLIST):
        case KIND(EMAIL):
        case KIND(PHONE):
        case KIND(URL):
        case KIND(TAX_ID):
        case KIND(CITY):
                return field->pb->type == TYPE(STRING) &&
                       (field->kind != KIND(MULTI_PICKLIST) || field->repeated);
        case KIND(INTEGER):
                return field->pb->type == TYPE(INT64) || field->pb->type == TYPE(INT32) ||
                       field->pb->type == TYPE(UINT64) || field->pb->type == TYPE(UINT32);
        case KIND(DECIMAL):
        case KIND(MONEY):
        case KIND(PERCENT):
        case KIND(DATETIME):
        case KIND(NUMBER):
        case KIND(GEO_LATITUDE):
        case KIND(GEO_LONGITUDE):
                return field->pb->type == TYPE(INT64);
        case KIND(BOOL):
                return field->pb->type == TYPE(BOOL);
        case KIND(DATE):
                return field->pb->type == TYPE(INT32);
        case KIND(REFERENCE):
        case KIND(UUID):
        case KIND(BYTES):
                return field->pb->type == TYPE(BYTES);
        case KIND(CUSTOM):
                return field->message && streq(field->message->full, "cauce.Custom") && !field->repeated;
        case KIND(LABELS):
                return field->message && streq(field->message->full, "cauce.Label") && field->repeated;
        case KIND(ENUM):
                return field->pb->type == TYPE(ENUM);
        case KIND(MESSAGE):
                return field->pb->type == TYPE(MESSAGE);
        default:
                return false;
        }
}

static void check_reference(const Model *model, const Message *message, const Field *field)
{
        const char *file = message->file->name, *ref = field->options->ref;
        const char *dot = ref ? strchr(ref, '.') : NULL;

        if (field->kind != KIND(REFERENCE)) {
                if (ref)
                        problem(file, field->line, "%s: ref is for KIND_REFERENCE", field->name);
                return;
        }
        if (!ref)
                problem(file, field->line, "%s: KIND_REFERENCE needs ref: \"service.module\"", field->name);
        else if (!dot || dot == ref || !is_snake(dot + 1))
                problem(file, field->line, "%s: ref \"%s\" is not \"service.module\"", field->name, ref);
        else if (!find_module(model, ref))
                problem(file, field->line, "%s: there is no module \"%s\"", field->name, ref);
}

static void check_picklist_of(const Model *model, const Message *message, const Field *field)
{
        const char *file = message->file->name, *picklist = field->options->picklist;
        bool wants = field->kind == KIND(PICKLIST) || field->kind == KIND(MULTI_PICKLIST);

        if (!wants && picklist)
                problem(file, field->line, "%s: picklist is for KIND_PICKLIST and KIND_MULTI_PICKLIST",
                        field->name);
        else if (field->kind == KIND(MULTI_PICKLIST) && !picklist)
                return; /* free keys: the module's rules check them */
        else if (wants && !picklist)
                problem(file, field->line, "%s: %s needs picklist: \"name\"", field->name,
                        kind_name(field->kind));
        else if (wants && !find_picklist(model, message->file, picklist))
                problem(file, field->line, "%s: there is no picklist \"%s\" in this file or its imports",
                        field->name, picklist);
}

static void check_field(const Model *model, const Message *message, const Field *field)
{
        const char *file = message->file->name;

        check_name(message->file, field->line, "field", field->name);
        if (field->pb->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED)
                problem(file, field->line,
                        "%s: not the keyword `required` (a missing one cannot be unpacked); the option "
                        "required: true says what people must fill in",
                        field->name);
        if (field->pb->has_oneof_index)
                problem(file, field->line, "%s: the tables know no oneof", field->name);
        if (field->pb->default_value)
                problem(file, field->line, "%s: the tables know no default; absent means empty", field->name);
        if (!type_known(field)) {
                problem(file, field->line,
                        "%s: the type %s is not used; int64, int32, uint32, uint64, bool, string, bytes, "
                        "enum or message",
                        field->name, type_names[field->pb->type]);
                return;
        }
        if ((field->pb->type == TYPE(MESSAGE) && !field->message) ||
                (field->pb->type == TYPE(ENUM) && !field->enumeration))
                problem(file, field->line,
                        "%s: the type %s is not declared at the top level of one of our files", field->name,
                        field->pb->type_name);
        if (!kind_fits(field))
                problem(file, field->line, "%s: %s does not fit %s%s", field->name, kind_name(field->kind),
                        field->repeated ? "repeated " : "", type_names[field->pb->type]);
        if (field->options->has_max && field->options->max == 0)
                problem(file, field->line, "%s: max is at least 1", field->name);
        check_reference(model, message, field);
        check_picklist_of(model, message, field);
}

/* ---- messages, enums, picklists, methods
 * -------------------------------------------------------------------------- */

/* What is generated for it is one C symbol among all files. */
static void check_symbol(const Model *model, const Message *message)
{
        foreach_file (model, file)
                foreach_message (file, other) {
                        if (other == message)
                                return;
                        if (streq(other->symbol, message->symbol))
                                problem(message->file->name, message->line,
                                        "message %s: %s has one of this name", message->pb->name, file->name);
                }
}

static void check_message(const Model *model, const Message *message)
{
        const char *file = message->file->name;

        if (message->pb->n_nested_type > 0 || message->pb->n_enum_type > 0)
                problem(file, message->line,
                        "message %s: messages and enums stand at the top level (no map either)",
                        message->pb->name);
        if (strlen(message->pb->name) > NAME_MAX_LENGTH)
                problem(file, message->line, "message %s: a name has at most %d characters",
                        message->pb->name, NAME_MAX_LENGTH);
        check_symbol(model, message);
        foreach_field (message, field)
                check_field(model, message, field);
        if (message->module)
                check_module(model, message);
}

static void check_enum(const Enum *e)
{
        const char *file = e->file->name;

        for (size_t i = 0; i < e->pb->n_value; i++) {
                const char *name = e->pb->value[i]->name;
                if (strncmp(name, e->prefix, strlen(e->prefix)) != 0)
                        problem(file, e->line, "enum %s: %s does not begin with %s", e->name, name,
                                e->prefix);
                if (e->pb->value[i]->number != (int32_t)i)
                        problem(file, e->line, "enum %s: %s is %d; values count from 0 without a gap",
                                e->name, name, e->pb->value[i]->number);
        }
}

static bool is_color(const char *color)
{
        static const char *const colors[] = {"grey", "blue", "green", "amber", "red", "violet", "teal"};

        for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
                if (streq(color, colors[i]))
                        return true;
        return false;
}

static void check_item(const File *file, int line, const Picklist *picklist, size_t place)
{
        const Cauce__PicklistItem *item = picklist->items[place];

        check_name(file, line, text("picklist \"%s\", item", picklist->name), item->key);
        if (!item->key)
                return;
        if (!item->es || !item->en)
                problem(file->name, line, "picklist \"%s\", item \"%s\": es and en are needed",
                        picklist->name, item->key);
        if (item->color && !is_color(item->color))
                problem(file->name, line, "picklist \"%s\", item \"%s\": there is no color \"%s\"",
                        picklist->name, item->key, item->color);
        for (size_t i = 0; i < place; i++)
                if (picklist->items[i]->key && streq(picklist->items[i]->key, item->key))
                        problem(file->name, line, "picklist \"%s\" has the key \"%s\" twice", picklist->name,
                                item->key);
}

static void check_picklist(const Model *model, const File *file, unsigned place)
{
        const Picklist *picklist = file->picklists[place];
        int line = file->picklist_lines[place];

        check_name(file, line, "picklist", picklist->name);
        if (!picklist->name)
                return;
        if (picklist->n_items == 0)
                problem(file->name, line, "picklist \"%s\" has no items", picklist->name);
        for (size_t i = 0; i < picklist->n_items; i++)
                check_item(file, line, picklist, i);
        foreach_file (model, other)
                for (unsigned i = 0; i < other->n_picklists; i++) {
                        if (other->picklists[i] == picklist)
                                return;
                        if (other->picklists[i]->name && streq(other->picklists[i]->name, picklist->name))
                                problem(file->name, line, "%s has a picklist \"%s\" too", other->name,
                                        picklist->name);
                }
}

static bool is_http(const char *http)
{
        static const char *const verbs[] = {"GET ", "POST ", "PUT ", "PATCH ", "DELETE "};

        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
                if (strncmp(http, verbs[i], strlen(verbs[i])) == 0)
                        return strncmp(http + strlen(verbs[i]), "/api/v1/", 8) == 0 &&
                               !strchr(http + strlen(verbs[i]), ' ');
        return false;
}

static bool has_changed(const Message *request)
{
        for (unsigned i = 0; request && i < request->n_fields; i++) {
                const Field *field = &request->fields[i];
                if (streq(field->name, "changed"))
                        return field->repeated &&
                               field->pb->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32;
        }
        return false;
}

static void check_method(const Model *model, const Method *method)
{
        const char *file = method->file->name, *name = method->pb->name;

        if (!method->file->service)
                problem(file, method->line, "rpc %s: the file has no option (cauce.service)", name);
        if (strlen(method->symbol) > NAME_MAX_LENGTH)
                problem(file, method->line, "rpc %s: \"%s\" has more than %d characters", name,
                        method->symbol, NAME_MAX_LENGTH);
        if (!method->request || !method->reply || !method->request->name || !method->reply->name)
                problem(file, method->line, "rpc %s: request and reply are messages of our files", name);
        if (method->pb->client_streaming || method->pb->server_streaming)
                problem(file, method->line, "rpc %s: no streams; a list is read page by page", name);
        if (method->options->http && !is_http(method->options->http))
                problem(file, method->line, "rpc %s: http is \"VERB /api/v1/…\"", name);
        if (method->options->http && (!method->options->es || !method->options->en))
                problem(file, method->line, "rpc %s: an rpc with http says in es and en what it does", name);
        if (method->options->patch && !has_changed(method->request))
                problem(file, method->line, "rpc %s: a patch has `repeated uint32 changed` in its request",
                        name);
        foreach_file (model, other)
                foreach_method (other, before) {
                        if (before == method)
                                return;
                        if (streq(before->symbol, method->symbol))
                                problem(file, method->line, "rpc %s: the service has one of this name", name);
                        if (method->options->http && before->options->http &&
                                streq(before->options->http, method->options->http))
                                problem(file, method->line, "rpc %s: %s has \"%s\" already", name,
                                        other->name, method->options->http);
                }
}

static bool is_service(const char *name)
{
        return *name >= 'a' && *name <= 'z' &&
               name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0' &&
               strlen(name) <= NAME_MAX_LENGTH;
}

void check(const Model *model)
{
        foreach_file (model, file) {
                if (!file->generate)
                        continue;
                if (file->pb->syntax && !streq(file->pb->syntax, "proto2"))
                        problem(file->name, 1,
                                "syntax is \"proto2\": protobuf-c needs it to tell absent from empty");
                if (file->service && !is_service(file->service))
                        problem(file->name, 1, "service \"%s\": lower case, digits and '-', at most %d",
                                file->service, NAME_MAX_LENGTH);
                foreach_enum (file, e)
                        check_enum(e);
                for (unsigned i = 0; i < file->n_picklists; i++)
                        check_picklist(model, file, i);
                foreach_message (file, message)
                        check_message(model, message);
                foreach_method (file, method)
                        check_method(model, method);
        }
}
