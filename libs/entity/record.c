/* Field values of a record, whatever its module: by offset in protobuf-c's struct, by position in a row. */
#include <string.h>

#include "base/time.h"
#include "cauce.pb-c.h"
#include "entity/record.h"
#include "entity/storage.h"

#define AT(record, offset, type)   ((type *)((char *)(record) + (offset)))
#define READ(record, offset, type) (*(type const *)((const char *)(record) + (offset)))

Store store_of(Kind kind)
{
        static const uint8_t stores[KIND_MAX] = {
                [KIND_TEXT] = STORE_TEXT,
                [KIND_LONG_TEXT] = STORE_TEXT,
                [KIND_INTEGER] = STORE_INT8,
                [KIND_DECIMAL] = STORE_INT8,
                [KIND_MONEY] = STORE_INT8,
                [KIND_PERCENT] = STORE_INT8,
                [KIND_BOOL] = STORE_BOOL,
                [KIND_DATE] = STORE_DATE,
                [KIND_DATETIME] = STORE_TIME,
                [KIND_PICKLIST] = STORE_TEXT,
                [KIND_MULTI_PICKLIST] = STORE_TEXTS,
                [KIND_EMAIL] = STORE_TEXT,
                [KIND_PHONE] = STORE_TEXT,
                [KIND_URL] = STORE_TEXT,
                [KIND_TAX_ID] = STORE_TEXT,
                [KIND_CITY] = STORE_TEXT,
                [KIND_REFERENCE] = STORE_UUID,
                [KIND_UUID] = STORE_UUID,
                [KIND_NUMBER] = STORE_INT8,
                [KIND_CUSTOM] = STORE_CUSTOM,
                [KIND_GEO_LATITUDE] = STORE_INT8,
                [KIND_GEO_LONGITUDE] = STORE_INT8,
        };

        return kind < KIND_MAX ? (Store)stores[kind] : STORE_NONE;
}

uint32_t store_pg_type(Store store)
{
        static const uint32_t types[STORE_MAX] = {
                [STORE_TEXT] = PG_TEXT,
                [STORE_INT8] = PG_INT8,
                [STORE_BOOL] = PG_BOOL,
                [STORE_DATE] = PG_DATE,
                [STORE_TIME] = PG_TIMESTAMPTZ,
                [STORE_UUID] = PG_UUID,
                [STORE_TEXTS] = PG_TEXT_ARRAY,
                [STORE_CUSTOM] = PG_JSONB,
        };

        return types[store];
}

ProtobufCMessage *record_new(Arena *arena, const MessageMeta *meta)
{
        ProtobufCMessage *record = arena_alloc(arena, meta->descriptor->sizeof_message);

        protobuf_c_message_init(meta->descriptor, record);
        return record;
}

ProtobufCMessage *record_unpack(Arena *arena, const MessageMeta *meta, const void *data, size_t len)
{
        return protobuf_c_message_unpack(meta->descriptor, arena_protobuf(arena), len, data);
}

ProtobufCMessage *record_copy(Arena *arena, const MessageMeta *meta, const ProtobufCMessage *record)
{
        return arena_memdup(arena, record, meta->descriptor->sizeof_message);
}

static Str bounded(const char *text)
{
        return text ? (Str){text, strlen(text)} : (Str){};
}

static Value get_texts(Arena *arena, const ProtobufCMessage *record, const Field *field)
{
        size_t n = READ(record, field->quantifier, size_t);
        char **texts = READ(record, field->offset, char **);
        Str *out = arena_array(arena, n ? n : 1, sizeof *out);

        for (size_t i = 0; i < n; i++)
                out[i] = bounded(texts[i]);
        return (Value){.null = n == 0, .n = (unsigned)n, .texts = out};
}

Value record_get(Arena *arena, const ProtobufCMessage *record, const Field *field)
{
        Store store = store_of(field->kind);

        if (store == STORE_TEXTS)
                return get_texts(arena, record, field);
        if (store == STORE_TEXT) {
                const char *text = READ(record, field->offset, char *);
                return (Value){.null = !text, .text = bounded(text)};
        }
        if (store == STORE_NONE || store == STORE_CUSTOM ||
                !READ(record, field->quantifier, protobuf_c_boolean))
                return (Value){.null = true};
        switch (store) {
        case STORE_BOOL:
                return (Value){.number = READ(record, field->offset, protobuf_c_boolean) != 0};
        case STORE_DATE:
                return (Value){.number = READ(record, field->offset, int32_t)};
        case STORE_UUID: {
                ProtobufCBinaryData data = READ(record, field->offset, ProtobufCBinaryData);
                Value value = {.null = data.len != sizeof value.uuid};
                if (!value.null)
                        memcpy(&value.uuid, data.data, sizeof value.uuid);
                return value;
        }
        default:
                return (Value){.number = READ(record, field->offset, int64_t)};
        }
}

bool record_has(const ProtobufCMessage *record, const Field *field)
{
        if (field->repeated)
                return READ(record, field->quantifier, size_t) > 0;
        if (field->quantifier)
                return READ(record, field->quantifier, protobuf_c_boolean);
        return READ(record, field->offset, void *) != NULL;
}

static size_t value_size(const Field *field)
{
        if (field->repeated)
                return sizeof(void *);
        switch (field->type) {
        case PROTOBUF_C_TYPE_BOOL:
                return sizeof(protobuf_c_boolean);
        case PROTOBUF_C_TYPE_BYTES:
                return sizeof(ProtobufCBinaryData);
        case PROTOBUF_C_TYPE_STRING:
        case PROTOBUF_C_TYPE_MESSAGE:
                return sizeof(void *);
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64:
                return sizeof(int64_t);
        default:
                return sizeof(int32_t);
        }
}

void record_borrow(ProtobufCMessage *to, const ProtobufCMessage *from, const Field *field)
{
        size_t quantifier = field->repeated ? sizeof(size_t) : sizeof(protobuf_c_boolean);

        memcpy(AT(to, field->offset, char), (const char *)from + field->offset, value_size(field));
        if (field->quantifier)
                memcpy(AT(to, field->quantifier, char), (const char *)from + field->quantifier, quantifier);
}

void record_clear(ProtobufCMessage *record, const Field *field)
{
        if (field->repeated)
                *AT(record, field->quantifier, size_t) = 0;
        else if (field->quantifier)
                *AT(record, field->quantifier, protobuf_c_boolean) = false;
        else
                *AT(record, field->offset, void *) = NULL;
}

static char *terminated(Arena *arena, Str text)
{
        return arena_strndup(arena, text.p ? text.p : "", text.len);
}

void record_set_uuid(Arena *arena, ProtobufCBinaryData *ret, protobuf_c_boolean *ret_has, const Uuid *id)
{
        *ret_has = true;
        ret->len = sizeof *id;
        ret->data = arena_memdup(arena, id, sizeof *id);
}

void record_set(Arena *arena, ProtobufCMessage *record, const Field *field, const Value *value)
{
        if (value->null) {
                record_clear(record, field);
                return;
        }
        Store store = store_of(field->kind);
        switch (store) {
        case STORE_TEXT:
                *AT(record, field->offset, char *) = terminated(arena, value->text);
                return;
        case STORE_TEXTS: {
                char **texts = arena_array(arena, value->n ? value->n : 1, sizeof *texts);
                for (unsigned i = 0; i < value->n; i++)
                        texts[i] = terminated(arena, value->texts[i]);
                *AT(record, field->quantifier, size_t) = value->n;
                *AT(record, field->offset, char **) = texts;
                return;
        }
        case STORE_BOOL:
                *AT(record, field->offset, protobuf_c_boolean) = value->number != 0;
                break;
        case STORE_DATE:
                *AT(record, field->offset, int32_t) = (int32_t)value->number;
                break;
        case STORE_INT8:
        case STORE_TIME:
                *AT(record, field->offset, int64_t) = value->number;
                break;
        case STORE_UUID:
                record_set_uuid(arena, AT(record, field->offset, ProtobufCBinaryData),
                        AT(record, field->quantifier, protobuf_c_boolean), &value->uuid);
                return;
        default:
                return;
        }
        *AT(record, field->quantifier, protobuf_c_boolean) = true;
}

static bool text_equal(Str a, Str b)
{
        return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool value_equal(Store store, const Value *a, const Value *b)
{
        if (a->null || b->null)
                return a->null == b->null;
        switch (store) {
        case STORE_TEXT:
                return text_equal(a->text, b->text);
        case STORE_UUID:
                return uuid_compare(&a->uuid, &b->uuid) == 0;
        case STORE_TEXTS:
                if (a->n != b->n)
                        return false;
                for (unsigned i = 0; i < a->n; i++)
                        if (!text_equal(a->texts[i], b->texts[i]))
                                return false;
                return true;
        default:
                return a->number == b->number;
        }
}

static bool custom_equal(Arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
        StrBuf x = {.arena = arena}, y = {.arena = arena};

        if (record_head(a)->custom == record_head(b)->custom)
                return true;
        storage_put_custom(&x, record_head(a)->custom);
        storage_put_custom(&y, record_head(b)->custom);
        return x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
}

bool record_differs(
        Arena *arena, const Field *field, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
        Store store = store_of(field->kind);

        if (store == STORE_CUSTOM)
                return !custom_equal(arena, before, after);
        Value a = record_get(arena, before, field), b = record_get(arena, after, field);
        return !value_equal(store, &a, &b);
}

struct Cauce__CustomValue *record_custom(const ProtobufCMessage *record, const char *key)
{
        const Cauce__Custom *custom = record_head(record)->custom;

        for (size_t i = 0; custom && i < custom->n_values; i++)
                if (custom->values[i]->key && streq(custom->values[i]->key, key))
                        return custom->values[i];
        return NULL;
}

/* The list is copied before it grows or shrinks: records share it after record_copy. */
void record_set_custom(Arena *arena, ProtobufCMessage *record, struct Cauce__CustomValue *value)
{
        const Cauce__Custom *old = record_head(record)->custom;
        Cauce__Custom *custom = arena_alloc(arena, sizeof *custom);
        size_t n = old ? old->n_values : 0;

        cauce__custom__init(custom);
        custom->values = arena_array(arena, n + 1, sizeof *custom->values);
        bool placed = false;
        for (size_t i = 0; i < n; i++) {
                if (!streq(old->values[i]->key, value->key)) {
                        custom->values[custom->n_values++] = old->values[i];
                } else if (!value->cleared) {
                        custom->values[custom->n_values++] = value;
                        placed = true;
                }
        }
        if (!placed && !value->cleared)
                custom->values[custom->n_values++] = value;
        record_head(record)->custom = custom;
}

unsigned custom_decimals(Kind kind)
{
        return kind == KIND_INTEGER ? 0 : kind == KIND_MONEY ? 2 : 6;
}

static void custom_text(Arena *arena, const Field *field, const Value *value, Cauce__CustomValue *ret)
{
        char text[28];

        switch (store_of(field->kind)) {
        case STORE_INT8: {
                StrBuf number = {.arena = arena};
                strbuf_put_decimal(&number, value->number, custom_decimals(field->kind), 0);
                ret->number = number.p;
                return;
        }
        case STORE_BOOL:
                ret->has_flag = true;
                ret->flag = value->number != 0;
                return;
        case STORE_DATE:
                date_format((int32_t)value->number, text);
                break;
        case STORE_TIME:
                instant_format(value->number - value->number % 1000000, text);
                break;
        default:
                ret->text = terminated(arena, value->text);
                return;
        }
        ret->text = arena_strdup(arena, text);
}

void record_put(Arena *arena, ProtobufCMessage *record, const Field *field, const Value *value)
{
        if (!(field->flags & FIELD_CUSTOM)) {
                record_set(arena, record, field, value);
                return;
        }
        Cauce__CustomValue *custom = arena_alloc(arena, sizeof *custom);
        cauce__custom_value__init(custom);
        custom->key = (char *)field->name;
        if (value->null)
                custom->has_cleared = custom->cleared = true;
        else
                custom_text(arena, field, value, custom);
        record_set_custom(arena, record, custom);
}

Uuid record_id(const ProtobufCMessage *record)
{
        const RecordHead *head = record_head(record);
        Uuid id = {};

        if (head->has_id && head->id.len == sizeof id)
                memcpy(&id, head->id.data, sizeof id);
        return id;
}

unsigned value_arg(PgArgs *args, Store store, const Value *value)
{
        if (value->null)
                return pg_arg_null(args, store_pg_type(store));
        switch (store) {
        case STORE_TEXT:
                return pg_arg_text(args, value->text);
        case STORE_BOOL:
                return pg_arg_bool(args, value->number != 0);
        case STORE_DATE:
                return pg_arg_date(args, (int32_t)value->number);
        case STORE_TIME:
                return pg_arg_timestamptz(args, value->number);
        case STORE_UUID:
                return pg_arg_uuid(args, &value->uuid);
        case STORE_TEXTS:
                return pg_arg_text_array(args, value->texts, value->n);
        case STORE_CUSTOM:
                return pg_arg_jsonb(args, value->text);
        default:
                return pg_arg_int8(args, value->number);
        }
}

Value value_row(Arena *arena, const PgRows *rows, int row, int column, Store store)
{
        if (pg_null(rows, row, column))
                return (Value){.null = true};
        switch (store) {
        case STORE_TEXT:
        case STORE_CUSTOM:
                return (Value){.text = pg_text(rows, row, column)};
        case STORE_BOOL:
                return (Value){.number = pg_bool(rows, row, column)};
        case STORE_DATE:
                return (Value){.number = pg_date(rows, row, column)};
        case STORE_TIME:
                return (Value){.number = pg_timestamptz(rows, row, column)};
        case STORE_UUID:
                return (Value){.uuid = pg_uuid(rows, row, column)};
        case STORE_TEXTS: {
                Str *texts;
                unsigned n = pg_text_array(rows, row, column, arena, &texts);
                return (Value){.n = n, .texts = texts};
        }
        default:
                return (Value){.number = pg_int(rows, row, column)};
        }
}

/* The hot half of record_set: libpq ends every value with a NUL, so texts are borrowed, uuids point into the
 * row. */
static void set_from_row(Arena *arena, ProtobufCMessage *record, const Field *field, Store store,
        const PgRows *rows, int row, int column)
{
        switch (store) {
        case STORE_TEXT:
                *AT(record, field->offset, char *) = (char *)pg_text(rows, row, column).p;
                return;
        case STORE_UUID: {
                Str data = pg_text(rows, row, column);
                *AT(record, field->offset, ProtobufCBinaryData) =
                        (ProtobufCBinaryData){.len = data.len, .data = (uint8_t *)data.p};
                *AT(record, field->quantifier, protobuf_c_boolean) = true;
                return;
        }
        case STORE_CUSTOM: {
                Str json = pg_text(rows, row, column);
                if (json.len > 2)
                        (void)storage_to_custom(arena, json, &record_head(record)->custom);
                return;
        }
        default: {
                Value value = value_row(arena, rows, row, column, store);
                record_set(arena, record, field, &value);
        }
        }
}

ProtobufCMessage *record_row(Arena *arena, const Module *module, const Field *const *fields, unsigned n,
        const PgRows *rows, int row, int first)
{
        ProtobufCMessage *record = record_new(arena, module->message);

        for (unsigned i = 0; i < n; i++) {
                int column = first + (int)i;
                if (!pg_null(rows, row, column))
                        set_from_row(arena, record, fields[i], store_of(fields[i]->kind), rows, row, column);
        }
        return record;
}
