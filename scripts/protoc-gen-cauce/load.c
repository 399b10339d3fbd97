/* From protoc's request to the model: files, messages, fields, enums, methods, with our options unpacked and
 * every name of the generated code made once. */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "util.h"

/* Numbers of descriptor.proto, for the paths of line_of. */
enum { PATH_MESSAGE = 4, PATH_ENUM = 5, PATH_SERVICE = 6, PATH_FILE_OPTIONS = 8 };
enum { PATH_FIELD = 2, PATH_METHOD = 2, PATH_MESSAGE_OPTIONS = 7 };
enum { OPTION = 50001, OPTION_PICKLIST = 50002 };

#define EMPTY(member) ((ProtobufCMessage *)(member))

static void *unpack(const ProtobufCMessageDescriptor *descriptor, Bytes bytes, const File *file, int line)
{
        void *message = protobuf_c_message_unpack(descriptor, NULL, bytes.len, bytes.data);

        if (!message)
                problem(file->name, line, "the option %s cannot be read", descriptor->name);
        return message;
}

const char *kind_name(Cauce__Kind kind)
{
        const ProtobufCEnumValue *value =
                protobuf_c_enum_descriptor_get_value(&cauce__kind__descriptor, (int)kind);

        return value ? value->name : "KIND_UNSPECIFIED";
}

/* ---- names of the generated code
 * ---------------------------------------------------------------------------------- */

/* Messages that only describe other messages: libs/base/meta.h has structs of these names. */
static bool is_option_message(const char *full)
{
        static const char *const names[] = {"FieldOptions", "PicklistItem", "Picklist", "Section", "View",
                "ModuleOptions", "MethodOptions"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (streq(full, text("cauce.%s", names[i])))
                        return true;
        return false;
}

/* Names of types in libs/ that a message cannot have. */
static bool is_library_type(const char *name)
{
        static const char *const names[] = {"Arena", "Bus", "Change", "Condition", "Consumer", "Entity",
                "Field", "Http", "Kind", "Lang", "Loop", "Method", "Module", "Pg", "Picklist", "PicklistItem",
                "Req", "Section", "Store", "Str", "Task", "Uuid", "Value", "View", "Zone"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (streq(name, names[i]))
                        return true;
        return false;
}

static void name_message(Message *message)
{
        const char *name = message->pb->name;

        if (streq(message->full, "cauce.Label"))
                name = "RecordLabel";
        message->symbol = snake_of(name);
        message->upper = upper_of(message->symbol);
        message->name = is_option_message(message->full) ? NULL
                        : is_library_type(name)          ? text("Pb%s", name)
                                                         : name;
        message->c_type = c_type_of(message->full);
        message->c_lower = c_lower_of(message->full);
        message->c_upper = upper_of(message->c_lower);
}

static const char *full_name(const File *file, const char *name)
{
        return *file->pb->package ? text("%s.%s", file->pb->package, name) : name;
}

/* ---- references
 * --------------------------------------------------------------------------------------------------- */

/* Type names in descriptors begin with a dot. */
static const Message *find_message(const Model *model, const char *type)
{
        foreach_file (model, file)
                foreach_message (file, message)
                        if (type && streq(message->full, type + 1))
                                return message;
        return NULL;
}

static const Enum *find_enum(const Model *model, const char *type)
{
        foreach_file (model, file)
                foreach_enum (file, e)
                        if (type && streq(e->full, type + 1))
                                return e;
        return NULL;
}

bool same_service(const File *a, const File *b)
{
        return a->service && b->service && streq(a->service, b->service);
}

const char *module_key(const Message *message)
{
        if (!message->module || !message->module->name || !message->file->service)
                return NULL;
        return text("%s.%s", message->file->service, message->module->name);
}

const char *table_of(const Message *message)
{
        return message->module->table ? message->module->table : message->module->name;
}

const Message *find_module(const Model *model, const char *key)
{
        foreach_file (model, file)
                foreach_message (file, message)
                        if (module_key(message) && streq(module_key(message), key))
                                return message;
        return NULL;
}

static bool imports(const File *file, const File *other)
{
        for (size_t i = 0; i < file->pb->n_dependency; i++)
                if (streq(file->pb->dependency[i], other->name))
                        return true;
        return file == other;
}

const Picklist *find_picklist(const Model *model, const File *file, const char *name)
{
        foreach_file (model, other)
                for (unsigned i = 0; i < other->n_picklists; i++)
                        if (imports(file, other) && other->picklists[i]->name &&
                                streq(other->picklists[i]->name, name))
                                return other->picklists[i];
        return NULL;
}

const char *value_name(const Enum *e, size_t place)
{
        const char *name = e->pb->value[place]->name;
        size_t prefix = strlen(e->prefix);

        if (strncmp(name, e->prefix, prefix) == 0)
                name += prefix;
        return lower_of(name);
}

const Field *find_field(const Message *message, const char *name)
{
        foreach_field (message, field)
                if (streq(field->name, name))
                        return field;
        return NULL;
}

/* ---- elements
 * ----------------------------------------------------------------------------------------------------- */

static Cauce__Kind default_kind(const FieldPb *pb)
{
        switch (pb->type) {
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING:
                return CAUCE__KIND__KIND_TEXT;
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL:
                return CAUCE__KIND__KIND_BOOL;
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM:
                return CAUCE__KIND__KIND_ENUM;
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE:
                return CAUCE__KIND__KIND_MESSAGE;
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES:
                return CAUCE__KIND__KIND_BYTES;
        default:
                return CAUCE__KIND__KIND_INTEGER;
        }
}

static void load_field(Field *field, const FieldPb *pb, const File *file, int line)
{
        static const FieldOptions none = CAUCE__FIELD_OPTIONS__INIT;
        Bytes bytes;

        *field = (Field){
                .pb = pb, .name = pb->name, .line = line, .options = &none, .c_name = c_member_of(pb->name)};
        field->repeated = pb->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
        if (option_bytes(EMPTY(pb->options), OPTION, &bytes)) {
                const FieldOptions *options = unpack(&cauce__field_options__descriptor, bytes, file, line);
                field->options = options ? options : &none;
        }
        field->kind = field->options->kind ? field->options->kind : default_kind(pb);
}

static int by_number(const void *left, const void *right)
{
        const Field *const *a = left, *const *b = right;

        return (*a)->pb->number < (*b)->pb->number ? -1 : 1;
}

static void load_message(Message *message, const File *file, unsigned place)
{
        const MessagePb *pb = file->pb->message_type[place];
        Bytes bytes;

        *message = (Message){.pb = pb, .file = file, .full = full_name(file, pb->name)};
        message->line = LINE_OF(file->pb, PATH_MESSAGE, (int32_t)place);
        message->module_line = LINE_OF(file->pb, PATH_MESSAGE, (int32_t)place, PATH_MESSAGE_OPTIONS, OPTION);
        name_message(message);
        if (option_bytes(EMPTY(pb->options), OPTION, &bytes))
                message->module =
                        unpack(&cauce__module_options__descriptor, bytes, file, message->module_line);
        message->n_fields = (unsigned)pb->n_field;
        message->fields = zalloc(pb->n_field, sizeof *message->fields);
        message->by_tag = zalloc(pb->n_field, sizeof *message->by_tag);
        for (unsigned i = 0; i < message->n_fields; i++) {
                load_field(&message->fields[i], pb->field[i], file,
                        LINE_OF(file->pb, PATH_MESSAGE, (int32_t)place, PATH_FIELD, (int32_t)i));
                message->by_tag[i] = &message->fields[i];
        }
        qsort(message->by_tag, message->n_fields, sizeof *message->by_tag, by_number);
}

static void load_enum(Enum *e, const File *file, unsigned place)
{
        const EnumPb *pb = file->pb->enum_type[place];

        *e = (Enum){.pb = pb, .file = file, .name = pb->name, .full = full_name(file, pb->name)};
        e->line = LINE_OF(file->pb, PATH_ENUM, (int32_t)place);
        e->symbol = snake_of(pb->name);
        e->prefix = text("%s_", upper_of(e->symbol));
        e->c_type = c_type_of(e->full);
        e->c_enum = upper_of(c_lower_of(e->full));
}

static void load_methods(const Model *model, File *file)
{
        static const MethodOptions none = CAUCE__METHOD_OPTIONS__INIT;
        unsigned n = 0;

        for (size_t i = 0; i < file->pb->n_service; i++)
                n += (unsigned)file->pb->service[i]->n_method;
        file->methods = zalloc(n, sizeof *file->methods);
        for (size_t i = 0; i < file->pb->n_service; i++)
                for (size_t j = 0; j < file->pb->service[i]->n_method; j++) {
                        const MethodPb *pb = file->pb->service[i]->method[j];
                        Method *method = &file->methods[file->n_methods++];
                        Bytes bytes;

                        *method = (Method){
                                .pb = pb, .file = file, .name = snake_of(pb->name), .options = &none};
                        method->line = LINE_OF(file->pb, PATH_SERVICE, (int32_t)i, PATH_METHOD, (int32_t)j);
                        method->symbol = text("%s_%s", file->symbol, method->name);
                        method->request = find_message(model, pb->input_type);
                        method->reply = find_message(model, pb->output_type);
                        if (option_bytes(EMPTY(pb->options), OPTION, &bytes)) {
                                const MethodOptions *options =
                                        unpack(&cauce__method_options__descriptor, bytes, file, method->line);
                                method->options = options ? options : &none;
                        }
                }
}

static void load_file(File *file, const FilePb *pb, const Request *request)
{
        Bytes bytes, *each;

        *file = (File){.pb = pb, .name = pb->name};
        const char *slash = strrchr(pb->name, '/');
        file->base = text("%s", slash ? slash + 1 : pb->name);
        char *dot = strrchr(file->base, '.');
        if (dot)
                *dot = '\0';
        for (size_t i = 0; i < request->n_file_to_generate; i++)
                file->generate |= streq(request->file_to_generate[i], pb->name);
        unsigned n = option_each(EMPTY(pb->options), OPTION, &each);
        if (n > 0)
                file->service = text("%.*s", (int)each[n - 1].len, (const char *)each[n - 1].data);
        file->symbol = text("%s", file->service ? file->service : file->base);
        for (char *p = (char *)file->symbol; *p; p++)
                if (*p == '-')
                        *p = '_';
        n = option_each(EMPTY(pb->options), OPTION_PICKLIST, &each);
        file->picklists = zalloc(n, sizeof *file->picklists);
        file->picklist_lines = zalloc(n, sizeof *file->picklist_lines);
        for (unsigned i = 0; i < n; i++) {
                int line = LINE_OF(pb, PATH_FILE_OPTIONS, OPTION_PICKLIST, (int32_t)i);
                bytes = each[i];
                const Picklist *picklist = unpack(&cauce__picklist__descriptor, bytes, file, line);
                if (!picklist)
                        continue;
                file->picklist_lines[file->n_picklists] = line;
                file->picklists[file->n_picklists++] = picklist;
        }
        file->n_messages = (unsigned)pb->n_message_type;
        file->messages = zalloc(file->n_messages, sizeof *file->messages);
        for (unsigned i = 0; i < file->n_messages; i++)
                load_message(&file->messages[i], file, i);
        file->n_enums = (unsigned)pb->n_enum_type;
        file->enums = zalloc(file->n_enums, sizeof *file->enums);
        for (unsigned i = 0; i < file->n_enums; i++)
                load_enum(&file->enums[i], file, i);
}

void load(Model *model, const Request *request)
{
        *model = (Model){.files = zalloc(request->n_proto_file, sizeof *model->files)};
        for (size_t i = 0; i < request->n_proto_file; i++)
                if (strncmp(request->proto_file[i]->name, "google/", 7) != 0)
                        load_file(&model->files[model->n_files++], request->proto_file[i], request);
        for (File *file = model->files; file < model->files + model->n_files; file++) {
                load_methods(model, file);
                foreach_message (file, message)
                        for (Field *field = message->fields; field < message->fields + message->n_fields;
                                field++) {
                                if (field->pb->type ==
                                        GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE)
                                        field->message = find_message(model, field->pb->type_name);
                                if (field->pb->type ==
                                        GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM)
                                        field->enumeration = find_enum(model, field->pb->type_name);
                        }
        }
}
