#pragma once

#include <stddef.h>
#include <string.h>

#include "base/meta.h"
#include "cauce.cauce.h"
#include "entity.cauce.h"

/* A message of every kind and type, described as the plugin would: for the test and the fuzzer of JSON
 * messages. */

typedef struct Thing {
        ProtobufCMessage base;
        char *text;
        protobuf_c_boolean has_money;
        int64_t money;
        protobuf_c_boolean has_decimal;
        int64_t decimal;
        protobuf_c_boolean has_percent;
        int64_t percent;
        protobuf_c_boolean has_flag;
        protobuf_c_boolean flag;
        protobuf_c_boolean has_day;
        int32_t day;
        protobuf_c_boolean has_at;
        int64_t at;
        size_t n_options;
        char **options;
        protobuf_c_boolean has_ref;
        ProtobufCBinaryData ref;
        protobuf_c_boolean has_blob;
        ProtobufCBinaryData blob;
        protobuf_c_boolean has_state;
        int state;
        protobuf_c_boolean has_latitude;
        int64_t latitude;
        protobuf_c_boolean has_longitude;
        int64_t longitude;
        protobuf_c_boolean has_i32;
        int32_t i32;
        protobuf_c_boolean has_u32;
        uint32_t u32;
        protobuf_c_boolean has_i64;
        int64_t i64;
        protobuf_c_boolean has_u64;
        uint64_t u64;
        size_t n_numbers;
        int64_t *numbers;
        size_t n_flags;
        protobuf_c_boolean *flags;
        size_t n_ids;
        ProtobufCBinaryData *ids;
        struct Thing *child;
        size_t n_children;
        struct Thing **children;
        char *secret;
        protobuf_c_boolean has_system;
        int64_t system;
        struct Cauce__Custom *custom;
        size_t n_labels;
        struct Cauce__Label **labels;
} Thing;

static const MessageMeta thing_meta;

#define THING_TEXT(n, k)                                                                                     \
        .name = #n, .kind = KIND_##k, .type = PROTOBUF_C_TYPE_STRING, .offset = offsetof(Thing, n)
#define THING_ONE(n, k, t)                                                                                   \
        .name = #n, .kind = KIND_##k, .type = PROTOBUF_C_TYPE_##t, .offset = offsetof(Thing, n),             \
        .quantifier = offsetof(Thing, has_##n)
#define THING_MANY(n, k, t)                                                                                  \
        .name = #n, .kind = KIND_##k, .type = PROTOBUF_C_TYPE_##t, .repeated = true,                         \
        .offset = offsetof(Thing, n), .quantifier = offsetof(Thing, n_##n)
#define AT(i) .number = (i) + 1, .index = (i)

static const Field thing_fields[] = {
        {AT(0), THING_TEXT(text, TEXT), .max = 5},
        {AT(1), THING_ONE(money, MONEY, INT64)},
        {AT(2), THING_ONE(decimal, DECIMAL, INT64)},
        {AT(3), THING_ONE(percent, PERCENT, INT64)},
        {AT(4), THING_ONE(flag, BOOL, BOOL)},
        {AT(5), THING_ONE(day, DATE, INT32)},
        {AT(6), THING_ONE(at, DATETIME, INT64)},
        {AT(7), THING_MANY(options, MULTI_PICKLIST, STRING), .max = 3},
        {AT(8), THING_ONE(ref, REFERENCE, BYTES)},
        {AT(9), THING_ONE(blob, BYTES, BYTES), .max = 8},
        {AT(10), THING_ONE(state, ENUM, ENUM), .enumeration = &job_state_enum},
        {AT(11), THING_ONE(latitude, GEO_LATITUDE, INT64)},
        {AT(12), THING_ONE(longitude, GEO_LONGITUDE, INT64)},
        {AT(13), THING_ONE(i32, INTEGER, INT32)},
        {AT(14), THING_ONE(u32, INTEGER, UINT32)},
        {AT(15), THING_ONE(i64, INTEGER, INT64)},
        {AT(16), THING_ONE(u64, INTEGER, UINT64)},
        {AT(17), THING_MANY(numbers, INTEGER, INT64)},
        {AT(18), THING_MANY(flags, BOOL, BOOL)},
        {AT(19), THING_MANY(ids, UUID, BYTES)},
        {AT(20), .name = "child", .kind = KIND_MESSAGE, .type = PROTOBUF_C_TYPE_MESSAGE,
                .message = &thing_meta, .offset = offsetof(Thing, child)},
        {AT(21), THING_MANY(children, MESSAGE, MESSAGE), .message = &thing_meta},
        {AT(22), THING_TEXT(secret, TEXT), .flags = FIELD_SECRET},
        {AT(23), THING_ONE(system, INTEGER, INT64), .flags = FIELD_READ_ONLY},
        {AT(24), .name = "custom", .kind = KIND_CUSTOM, .type = PROTOBUF_C_TYPE_MESSAGE,
                .message = &custom_meta, .offset = offsetof(Thing, custom)},
        {AT(25), THING_MANY(labels, LABELS, MESSAGE), .message = &record_label_meta,
                .flags = FIELD_READ_ONLY},
};

#define THING_FIELDS (sizeof thing_fields / sizeof *thing_fields)

static ProtobufCFieldDescriptor thing_descriptors[THING_FIELDS];
static unsigned thing_sorted[THING_FIELDS];
static const ProtobufCMessageDescriptor thing_descriptor;

static void thing_message_init(ProtobufCMessage *message)
{
        *(Thing *)message = (Thing){.base.descriptor = &thing_descriptor};
}

static const ProtobufCMessageDescriptor thing_descriptor = {
        .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
        .name = "Thing",
        .sizeof_message = sizeof(Thing),
        .n_fields = THING_FIELDS,
        .fields = thing_descriptors,
        .fields_sorted_by_name = thing_sorted,
        .message_init = thing_message_init,
};

static const MessageMeta thing_meta = {
        .name = "Thing",
        .descriptor = &thing_descriptor,
        .n_fields = THING_FIELDS,
        .fields = thing_fields,
};

/* Once, before the first use: what message_field looks names up in. */
static inline void thing_prepare(void)
{
        for (unsigned i = 0; i < THING_FIELDS; i++) {
                thing_descriptors[i] = (ProtobufCFieldDescriptor){.name = thing_fields[i].name, .id = i + 1};
                unsigned at = i;
                for (; at > 0 && strcmp(thing_fields[thing_sorted[at - 1]].name, thing_fields[i].name) > 0;
                        at--)
                        thing_sorted[at] = thing_sorted[at - 1];
                thing_sorted[at] = i;
        }
}
