/* JSON → message, straight into protobuf-c's struct. The text is copied once into the arena and taken apart
 * in place: a string ends with a NUL where its closing quote was. */

#include <string.h>

#include "http/json_reading.h"

static bool read_message(Reading *reading, const MessageMeta *meta, const Path *path, void *to);

static bool read_element(Reading *reading, const Field *field, JsonToken token, void *to, const Path *path)
{
        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
                return read_scalar(reading, field, token, to, path);
        if (token != JSON_OBJECT_BEGIN)
                return problem_type(reading, token, path, "object");
        return read_message(reading, field->message, path, to);
}

static size_t element_size(uint16_t type)
{
        switch (type) {
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64:
                return sizeof(int64_t);
        case PROTOBUF_C_TYPE_BYTES:
                return sizeof(ProtobufCBinaryData);
        case PROTOBUF_C_TYPE_STRING:
        case PROTOBUF_C_TYPE_MESSAGE:
                return sizeof(void *);
        default:
                return sizeof(int32_t);
        }
}

static bool read_repeated(
        Reading *reading, const Field *field, JsonToken token, char *message, const Path *path)
{
        size_t max = field->max > 0 ? field->max : REPEATED_MAX;
        List list = {.size = element_size(field->type)};
        if (token != JSON_ARRAY_BEGIN)
                return problem_type(reading, token, path, "array");
        for (int i = 0; (token = json_next(&reading->json)) != JSON_ARRAY_END; i++) {
                if (list.n > max) {
                        if (!json_skip(&reading->json, token))
                                return problem_broken(reading);
                        continue;
                }
                void *to = list_add(reading->arena, &list);
                if (!read_element(reading, field, token, to, &(Path){path, {}, i}))
                        return false;
        }
        if (list.n > max)
                problem_note_max(reading, MSG_TOO_LONG, path, max);
        *(void **)(message + field->offset) = list.items;
        *(size_t *)(message + field->quantifier) = list.n;
        return true;
}

static bool field_is(const Field *field, Str name)
{
        return field->name[0] == name.p[0] && strncmp(field->name, name.p, name.len) == 0 &&
               field->name[name.len] == 0;
}

/* Most often the keys come in the fields' order: looks at the next few first. */
static const Field *find_field(const MessageMeta *meta, Str name, unsigned *next)
{
        const Field *field = NULL;
        if (name.len == 0)
                return NULL;
        for (unsigned i = *next; i < meta->n_fields && i < *next + 4 && !field; i++)
                if (field_is(&meta->fields[i], name))
                        field = &meta->fields[i];
        if (!field)
                field = message_field(meta, name);
        if (field)
                *next = field->index + 1U;
        return field;
}

static bool read_object(
        Reading *reading, const Field *field, JsonToken token, char *message, const Path *path)
{
        if (token != JSON_OBJECT_BEGIN)
                return problem_type(reading, token, path, "object");
        return field->kind == KIND_CUSTOM ? read_custom(reading, field, message, path)
                                          : read_labels(reading, field, message, path);
}

static bool read_field(Reading *reading, const Field *field, JsonToken token, char *message, const Path *path)
{
        bool patch = reading->flags & JSON_PATCH && !path->up;
        if (token == JSON_NULL && !patch)
                return true;
        if (field->flags & FIELD_READ_ONLY && reading->flags & JSON_REFUSE_READ_ONLY)
                return problem_skip(reading, token, MSG_READ_ONLY, path, (Str){});
        if (patch)
                reading->changed[reading->n_changed++] = field->number;
        if (token == JSON_NULL)
                return true;
        if (field->kind == KIND_CUSTOM || field->kind == KIND_LABELS)
                return read_object(reading, field, token, message, path);
        if (field->repeated)
                return read_repeated(reading, field, token, message, path);
        if (field->quantifier > 0)
                *(protobuf_c_boolean *)(message + field->quantifier) = true;
        return read_element(reading, field, token, message + field->offset, path);
}

/* True the first time. */
static bool mark_seen(uint8_t *seen, const Field *field)
{
        uint8_t bit = (uint8_t)(1U << field->index % 8);
        bool fresh = !(seen[field->index / 8] & bit);
        seen[field->index / 8] |= bit;
        return fresh;
}

static bool read_message(Reading *reading, const MessageMeta *meta, const Path *path, void *to)
{
        ProtobufCMessage *message = arena_raw(reading->arena, meta->descriptor->sizeof_message);
        uint8_t *seen = arena_alloc(reading->arena, meta->n_fields / 8 + 1);
        unsigned next = 0;
        JsonToken token;
        protobuf_c_message_init(meta->descriptor, message);
        while ((token = json_next(&reading->json)) == JSON_KEY) {
                Path here = {path, reading->json.text, -1};
                const Field *field = find_field(meta, here.key, &next);
                if (field && !mark_seen(seen, field))
                        return problem_twice(reading, &here);
                token = json_next(&reading->json);
                bool good = field ? read_field(reading, field, token, (char *)message, &here)
                                  : problem_skip(reading, token, MSG_UNKNOWN_FIELD, &here, here.key);
                if (!good)
                        return false;
        }
        *(ProtobufCMessage **)to = message;
        return token == JSON_OBJECT_END || problem_broken(reading);
}

static bool read_all(Reading *reading, const MessageMeta *meta, ProtobufCMessage **ret)
{
        JsonToken token = json_next(&reading->json);
        bool good = token == JSON_OBJECT_BEGIN ? read_message(reading, meta, NULL, ret)
                                               : problem_type(reading, token, NULL, "object");
        return good && (json_next(&reading->json) == JSON_END || problem_broken(reading));
}

ProtobufCMessage *json_to_message(Arena *arena, const MessageMeta *meta, Str json, unsigned flags,
        JsonProblems *problems, uint32_t **ret_changed, unsigned *ret_n_changed)
{
        Reading reading = {.arena = arena, .flags = flags, .problems = problems};
        ProtobufCMessage *message = NULL;
        problems->n = 0;
        if (flags & JSON_PATCH)
                reading.changed = arena_raw(arena, meta->n_fields * sizeof *reading.changed);
        json_init(&reading.json, arena, (Str){arena_memdup(arena, json.p, json.len), json.len});
        if (!read_all(&reading, meta, &message) || problems->n > 0)
                return NULL;
        if (flags & JSON_PATCH) {
                *ret_changed = reading.changed;
                *ret_n_changed = reading.n_changed;
        }
        return message;
}
