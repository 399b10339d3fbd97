#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cauce.pb-c.h"
#include "google/protobuf/compiler/plugin.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"

/* What the .proto files say, read once from protoc's descriptors with our options unpacked; every emitter
 * works from it. The process lives for one run: nothing is freed. */

typedef Google__Protobuf__FileDescriptorProto FilePb;
typedef Google__Protobuf__DescriptorProto MessagePb;
typedef Google__Protobuf__FieldDescriptorProto FieldPb;
typedef Google__Protobuf__EnumDescriptorProto EnumPb;
typedef Google__Protobuf__MethodDescriptorProto MethodPb;
typedef Google__Protobuf__Compiler__CodeGeneratorRequest Request;
typedef Google__Protobuf__Compiler__CodeGeneratorResponse Response;
typedef Cauce__FieldOptions FieldOptions;
typedef Cauce__ModuleOptions ModuleOptions;
typedef Cauce__MethodOptions MethodOptions;
typedef Cauce__Picklist Picklist;

#define NAME_MAX_LENGTH 50
/* The first thirteen fields of a module are every module's; up to here tags are kept for more of them. */
#define SYSTEM_TAG_MAX 19

typedef struct File File;
typedef struct Message Message;

typedef struct Enum {
        const EnumPb *pb;
        const File *file;
        int line;
        const char *full;   /* "cauce.JobState" */
        const char *name;   /* "JobState" */
        const char *symbol; /* "job_state" */
        const char *prefix; /* "JOB_STATE_": of its values */
        const char *c_type; /* "Cauce__JobState" */
        const char *c_enum; /* "CAUCE__JOB_STATE": of protoc-c's values */
} Enum;

typedef struct Field {
        const FieldPb *pb;
        const char *name;
        int line;
        const FieldOptions *options; /* never NULL */
        Cauce__Kind kind;            /* with the type's default */
        bool repeated;
        const char *c_name;      /* of the struct's member */
        const Message *message;  /* NULL unless of type message */
        const Enum *enumeration; /* NULL unless of type enum */
} Field;

struct Message {
        const MessagePb *pb;
        const File *file;
        int line;
        int module_line;    /* of its module option */
        const char *full;   /* "cauce.leads.Lead" */
        const char *name;   /* "Lead", or "PbTask" where a library has the name; NULL = no typedef */
        const char *symbol; /* "lead": prefix of what is generated */
        const char *upper;  /* "LEAD" */
        const char *c_type; /* "Cauce__Leads__Lead" */
        const char *c_lower, *c_upper; /* "cauce__leads__lead" */
        const ModuleOptions *module;   /* NULL = not a module */
        unsigned n_fields;
        Field *fields; /* in the order of declaration */
        const Field **by_tag;
};

typedef struct Method {
        const MethodPb *pb;
        const File *file;
        int line;
        const char *name;   /* "sign_in" */
        const char *symbol; /* "identity_sign_in" */
        const Message *request, *reply;
        const MethodOptions *options; /* never NULL */
} Method;

struct File {
        const FilePb *pb;
        const char *name;    /* "leads.proto" */
        const char *base;    /* "leads" */
        const char *service; /* option; NULL = none */
        const char *symbol;  /* the service as a C name */
        bool generate;       /* protoc was asked for this file */
        unsigned n_picklists;
        const Picklist **picklists;
        int *picklist_lines;
        unsigned n_enums;
        Enum *enums;
        unsigned n_messages;
        Message *messages;
        unsigned n_methods;
        Method *methods;
};

typedef struct Model {
        unsigned n_files;
        File *files; /* without google/protobuf; imports before those who import */
} Model;

#define foreach_file(model, f)                                                                               \
        for (const File *f = (model)->files; f < (model)->files + (model)->n_files; f++)
#define foreach_message(file, m)                                                                             \
        for (const Message *m = (file)->messages; m < (file)->messages + (file)->n_messages; m++)
#define foreach_field(message, x)                                                                            \
        for (const Field *x = (message)->fields; x < (message)->fields + (message)->n_fields; x++)
#define foreach_enum(file, e) for (const Enum *e = (file)->enums; e < (file)->enums + (file)->n_enums; e++)
#define foreach_method(file, m)                                                                              \
        for (const Method *m = (file)->methods; m < (file)->methods + (file)->n_methods; m++)

/* load.c. What cannot be read is told through problem(). */
void load(Model *model, const Request *request);
const char *kind_name(Cauce__Kind kind); /* "KIND_TEXT" */
bool same_service(const File *a, const File *b);
/* "leads.lead"; NULL for a message that is no module. */
const char *module_key(const Message *message);
/* Of a module: the option, else its name. */
const char *table_of(const Message *message);
const Message *find_module(const Model *model, const char *key);
/* Of this file or one that it imports. */
const Picklist *find_picklist(const Model *model, const File *file, const char *name);
/* "waiting" for JOB_STATE_WAITING. */
const char *value_name(const Enum *e, size_t place);
const Field *find_field(const Message *message, const char *name);

/* options.c. The bytes of extension `number` of an options message; occurrences joined, as protobuf merges
 * them. */
typedef struct Bytes {
        size_t len;
        uint8_t *data;
} Bytes;
bool option_bytes(const ProtobufCMessage *options, uint32_t number, Bytes *ret);
/* Each occurrence of a repeated one; returns how many. */
unsigned option_each(const ProtobufCMessage *options, uint32_t number, Bytes **ret);
/* The line (from 1) where the element at the path of descriptor.proto stands. */
int line_of(const FilePb *file, const int32_t *path, unsigned n);
#define LINE_OF(file, ...)                                                                                   \
        line_of((file), (const int32_t[]){__VA_ARGS__},                                                      \
                sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t))

/* check.c, check_module.c: refuse what the tables could not say or the services could not serve. */
void check(const Model *model);
void check_module(const Model *model, const Message *message);
void check_name(const File *file, int line, const char *what, const char *name);
bool is_snake(const char *name);
/* Reserved by PostgreSQL: no column's name. */
bool is_sql_word(const char *name);

/* emit_*.c: one output file each, or one per service or module. */
void emit_header(const File *file);
void emit_tables(const File *file);
void emit_client(const File *file);
void emit_services(const Model *model);
void emit_registry(const Model *model);
void emit_ddl(const Message *message);

/* filter.c. The conditions of a view's filter, "stage[eq]=new&created_at[this]=week". */
typedef struct Condition {
        const char *field, *op, *values;
} Condition;
#define CONDITIONS_MAX 10
/* Returns how many, or -1 when the text is not a filter. */
int parse_filter(const char *filter, Condition ret[CONDITIONS_MAX]);
/* The parts of "-created_at,label"; at most max. */
#define PARTS_MAX 30
unsigned parse_list(const char *list, const char **ret, unsigned max);
