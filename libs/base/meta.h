#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/message.h"

/* What protoc-gen-cauce writes from proto/: const tables that say of every message what protobuf-c's
 * descriptors do not. A custom field of an installation is the same struct, made at run time in libs/entity.
 */

typedef struct Label2 {
        const char *es, *en;
} Label2;

static inline const char *label_in(const Label2 *label, Lang lang)
{
        return lang == LANG_EN ? label->en : label->es;
}

/* Same names and numbers as cauce.Kind; the generated tables static_assert it. */
typedef enum Kind {
        KIND_UNSPECIFIED,
        KIND_TEXT,
        KIND_LONG_TEXT,
        KIND_INTEGER,
        KIND_DECIMAL,
        KIND_MONEY,
        KIND_PERCENT,
        KIND_BOOL,
        KIND_DATE,
        KIND_DATETIME,
        KIND_PICKLIST,
        KIND_MULTI_PICKLIST,
        KIND_EMAIL,
        KIND_PHONE,
        KIND_URL,
        KIND_TAX_ID,
        KIND_CITY,
        KIND_REFERENCE,
        KIND_UUID,
        KIND_NUMBER,
        KIND_CUSTOM,
        KIND_LABELS,
        KIND_ENUM,
        KIND_MESSAGE,
        KIND_BYTES,
        KIND_GEO_LATITUDE,
        KIND_GEO_LONGITUDE,
        KIND_MAX
} Kind;

typedef struct PicklistItem {
        const char *key;
        Label2 label;
        const char *color; /* NULL = none */
} PicklistItem;

typedef struct Picklist {
        const char *name;
        unsigned n_items;
        const PicklistItem *items;
} Picklist;

typedef enum FieldFlag {
        FIELD_REQUIRED = 1 << 0,
        FIELD_LIST = 1 << 1,
        FIELD_SEARCHABLE = 1 << 2,
        FIELD_UNIQUE = 1 << 3,
        FIELD_SECRET = 1 << 4,
        FIELD_READ_ONLY = 1 << 5,
        FIELD_CUSTOM = 1 << 6, /* lives in the record's `custom` object under `name` */
        FIELD_APART = 1 << 7,  /* has a page made for it: lists and forms leave it out */
} FieldFlag;

/* A proto enum; its numbers run from 0 without a gap. */
typedef struct EnumMeta {
        const char *name; /* "cauce.JobState" */
        unsigned n;
        const char *const *names; /* by number, as in JSON: "waiting" */
} EnumMeta;

/* "unknown" when the number is not one of the enum's. */
static inline const char *enum_name(const EnumMeta *meta, int number)
{
        return number >= 0 && (unsigned)number < meta->n ? meta->names[number] : "unknown";
}

typedef struct MessageMeta MessageMeta;

/* `type` is one of: BOOL, INT32, UINT32, INT64, UINT64, ENUM, STRING, BYTES, MESSAGE (the plugin refuses the
 * others). */
typedef struct Field {
        const char *name; /* in proto, JSON and as the column */
        uint32_t number;  /* proto tag; 0 for a custom field */
        Kind kind;
        uint32_t flags;      /* FieldFlag */
        uint32_t max;        /* characters, or elements of a repeated field; 0 = no limit of its own */
        Label2 label, help;  /* NULLs outside of modules */
        const char *section; /* NULL = not on the form */
        const Picklist *picklist;
        const char *ref;             /* "leads.lead" */
        const MessageMeta *message;  /* of type message: KIND_MESSAGE, KIND_CUSTOM, KIND_LABELS */
        const EnumMeta *enumeration; /* KIND_ENUM */
        /* Where it is in protobuf-c's struct; all zero for a custom field. */
        uint16_t index; /* of descriptor->fields */
        uint16_t type;  /* ProtobufCType */
        bool repeated;
        uint32_t offset;     /* of the value, or of the array */
        uint32_t quantifier; /* offset of has_x or n_x; 0 = none (string, message: NULL means absent) */
} Field;

/* Fields stand in the order of the descriptor's (by tag): fields[i].index == i. */
struct MessageMeta {
        const char *name; /* "cauce.leads.Lead" */
        const ProtobufCMessageDescriptor *descriptor;
        unsigned n_fields;
        const Field *fields;
        const uint16_t
                *order; /* indexes into fields in the order of declaration: of forms and list columns */
};

typedef struct Section {
        const char *name;
        Label2 label;
} Section;

typedef struct View {
        const char *name;
        Label2 label;
        const char *filter, *sort, *columns, *group_by; /* NULL = none */
} View;

/* A module: a message with records. The first thirteen fields are those of every module, at these tags. */
enum ModuleTag {
        TAG_ID = 1,
        TAG_VERSION,
        TAG_LABEL,
        TAG_CREATED_AT,
        TAG_CREATED_BY,
        TAG_UPDATED_AT,
        TAG_UPDATED_BY,
        TAG_DELETED_AT,
        TAG_OWNER,
        TAG_ASSIGNED_TO,
        TAG_CUSTOM,
        TAG_LABELS,
        TAG_NUMBER,
};

/* protobuf-c lays the thirteen out alike in every module's struct, so any record can be read through this
 * one. The generated code static_asserts the offsets. */
typedef struct RecordHead {
        ProtobufCMessage base;
        protobuf_c_boolean has_id;
        ProtobufCBinaryData id;
        protobuf_c_boolean has_version;
        int64_t version;
        char *label;
        protobuf_c_boolean has_created_at;
        int64_t created_at;
        protobuf_c_boolean has_created_by;
        ProtobufCBinaryData created_by;
        protobuf_c_boolean has_updated_at;
        int64_t updated_at;
        protobuf_c_boolean has_updated_by;
        ProtobufCBinaryData updated_by;
        protobuf_c_boolean has_deleted_at;
        int64_t deleted_at;
        protobuf_c_boolean has_owner;
        ProtobufCBinaryData owner;
        protobuf_c_boolean has_assigned_to;
        ProtobufCBinaryData assigned_to;
        struct Cauce__Custom *custom;
        size_t n_labels;
        struct Cauce__Label **labels;
        protobuf_c_boolean has_number;
        int64_t number;
} RecordHead;

/* What the organisation shares of a module with everybody until an administrator says otherwise. */
typedef enum ModuleAccessLevel { MODULE_PRIVATE, MODULE_SEE, MODULE_CHANGE } ModuleAccessLevel;

typedef enum ModuleFlag {
        MODULE_ADMINISTRATORS = 1 << 0, /* written by administrators alone */
        MODULE_BY_SYSTEM = 1 << 1,      /* nobody creates, changes or imports */
        MODULE_KEPT = 1 << 2,           /* nobody deletes */
} ModuleFlag;

typedef struct Module {
        const char *service, *name, *path; /* "leads", "lead", "leads" */
        const char *key;                   /* "leads.lead" */
        const char *table;                 /* in the service's schema */
        Label2 label, plural;
        bool feminine;          /* in Spanish */
        Label2 remove, removed; /* what taking a record away is called; NULLs = as everywhere */
        ModuleAccessLevel access;
        uint32_t flags; /* ModuleFlag */
        const char *icon;
        unsigned menu; /* place in the side menu; 0 = last */
        const char *sort;
        const MessageMeta *message;
        unsigned n_sections;
        const Section *sections;
        unsigned n_views;
        const View *views;
        unsigned n_label_from;
        const char *const *label_from;
} Module;

/* An rpc that is written by hand in services/. */
typedef struct Method {
        const char *service, *name;          /* "identity", "sign_in": subject rpc.identity.sign_in */
        const char *http_method, *http_path; /* NULL = not reachable from outside */
        bool anonymous;
        bool idempotent; /* repeating it does what doing it once does */
        bool keys;       /* an API key may ask it, too */
        bool patch;      /* null empties; the request's field `changed` says what was sent */
        Label2 label;    /* what it does; NULLs when not reachable */
        const MessageMeta *request, *reply;
} Method;

/* Everything under proto/, written by the plugin into build/gen/registry.c; ends with NULL. */
extern const Module *const cauce_modules[];
extern const Method *const cauce_methods[];

const Module *module_by_key(const char *key); /* NULL = none */
const Module *module_by_path(Str path);
const Field *message_field(const MessageMeta *message, Str name); /* NULL = none */
const Field *message_field_tag(const MessageMeta *message, uint32_t number);
const char *picklist_label(const Picklist *picklist, const char *key, Lang lang); /* NULL = not an option */
