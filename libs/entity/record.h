#pragma once

#include "base/meta.h"
#include "base/uuid.h"
#include "pg/pg.h"

/* Field values of a record, whatever its module: between protobuf-c structs, SQL parameters and SQL rows. */

struct Cauce__Custom;
struct Cauce__CustomValue;

/* How a kind is kept in PostgreSQL. */
typedef enum Store {
        STORE_NONE, /* not a column: labels, messages */
        STORE_TEXT,
        STORE_INT8,
        STORE_BOOL,
        STORE_DATE,
        STORE_TIME,
        STORE_UUID,
        STORE_TEXTS,
        STORE_CUSTOM,
        STORE_MAX
} Store;

typedef struct Value {
        bool null;
        int64_t number; /* INT8, BOOL, DATE, TIME */
        Str text;       /* TEXT */
        Uuid uuid;
        unsigned n; /* TEXTS */
        const Str *texts;
} Value;

Store store_of(Kind kind);
uint32_t store_pg_type(Store store);

/* A fresh, empty record of the module. */
ProtobufCMessage *record_new(Arena *arena, const MessageMeta *meta);
/* NULL when the bytes are not the message. */
ProtobufCMessage *record_unpack(Arena *arena, const MessageMeta *meta, const void *data, size_t len);
ProtobufCMessage *record_copy(
        Arena *arena, const MessageMeta *meta, const ProtobufCMessage *record); /* shallow */

/* Built-in fields. Texts are borrowed from the record on reading; on writing they are borrowed from the
 * value, except that what is not NUL-terminated is copied into the arena. */
Value record_get(Arena *arena, const ProtobufCMessage *record, const Field *field);
void record_set(Arena *arena, ProtobufCMessage *record, const Field *field, const Value *value);
bool record_has(const ProtobufCMessage *record, const Field *field);
/* Gives `to` the very value that `from` has in the field: shared, not copied. */
void record_borrow(ProtobufCMessage *to, const ProtobufCMessage *from, const Field *field);
void record_clear(ProtobufCMessage *record, const Field *field);
/* Built-in or custom: what record_set and record_set_custom do, by the field's kind. A custom number is kept
 * as its decimal text. */
unsigned custom_decimals(Kind kind); /* of a number kind: how many its text may have */
void record_put(Arena *arena, ProtobufCMessage *record, const Field *field, const Value *value);
bool value_equal(Store store, const Value *a, const Value *b);
/* Of a column; custom as a whole. */
bool record_differs(
        Arena *arena, const Field *field, const ProtobufCMessage *before, const ProtobufCMessage *after);

/* Custom fields: NULL when it is not set. */
struct Cauce__CustomValue *record_custom(const ProtobufCMessage *record, const char *key);
/* Sets or replaces (value->cleared removes it). */
void record_set_custom(Arena *arena, ProtobufCMessage *record, struct Cauce__CustomValue *value);

static inline RecordHead *record_head(const ProtobufCMessage *record)
{
        return (RecordHead *)record;
}
Uuid record_id(const ProtobufCMessage *record); /* nil when absent */
void record_set_uuid(Arena *arena, ProtobufCBinaryData *ret, protobuf_c_boolean *ret_has, const Uuid *id);

/* The value as the next parameter; returns its number. */
unsigned value_arg(PgArgs *args, Store store, const Value *value);
Value value_row(Arena *arena, const PgRows *rows, int row, int column, Store store);
/* Reads the columns of `fields` (in the order of the SELECT, from `first`) into a fresh record. Texts are
 * borrowed from the rows, which live as the arena. */
ProtobufCMessage *record_row(Arena *arena, const Module *module, const Field *const *fields, unsigned n,
        const PgRows *rows, int row, int first);
