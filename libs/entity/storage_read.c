/* The storage form back to messages; storage.c writes it. Owns nothing; memory is the caller's arena. */
#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "cauce.pb-c.h"
#include "entity/record.h"
#include "entity/storage.h"

static char *terminated(Arena *arena, Str text)
{
        return arena_strndup(arena, text.p ? text.p : "", text.len);
}

/* The rest of an array whose '[' was read: its texts; other elements are an error. */
static int read_texts(JsonReader *reader, unsigned *ret_n, Str **ret)
{
        unsigned n = 0, cap = 8;
        Str *texts = arena_array(reader->arena, cap, sizeof *texts);

        for (JsonToken token = json_next(reader); token != JSON_ARRAY_END; token = json_next(reader)) {
                if (token != JSON_STRING)
                        return -EINVAL;
                if (n == cap) {
                        Str *more = arena_array(reader->arena, (size_t)cap * 2, sizeof *more);
                        memcpy(more, texts, n * sizeof *texts);
                        texts = more;
                        cap *= 2;
                }
                texts[n++] = reader->text;
        }
        *ret_n = n;
        *ret = texts;
        return 0;
}

static int read_custom_list(JsonReader *reader, Cauce__CustomValue *value)
{
        Str *texts;
        unsigned n;

        if (read_texts(reader, &n, &texts) < 0)
                return -EINVAL;
        value->list = arena_array(reader->arena, n + 1, sizeof *value->list);
        for (unsigned i = 0; i < n; i++)
                value->list[value->n_list++] = terminated(reader->arena, texts[i]);
        return 0;
}

/* 1 = a value of a shape that is not known here: skipped. */
static int read_custom_value(JsonReader *reader, JsonToken token, Cauce__CustomValue *value)
{
        switch (token) {
        case JSON_STRING:
                value->text = terminated(reader->arena, reader->text);
                return 0;
        case JSON_NUMBER:
                value->number = terminated(reader->arena, reader->text);
                return 0;
        case JSON_TRUE:
        case JSON_FALSE:
                value->has_flag = true;
                value->flag = token == JSON_TRUE;
                return 0;
        case JSON_NULL:
                value->has_cleared = value->cleared = true;
                return 0;
        case JSON_ARRAY_BEGIN:
                return read_custom_list(reader, value);
        default:
                return json_skip(reader, token) ? 1 : -EINVAL;
        }
}

/* The rest of an object whose '{' was read. */
static int read_custom(JsonReader *reader, Cauce__Custom **ret)
{
        Cauce__Custom *custom = arena_alloc(reader->arena, sizeof *custom);
        size_t cap = 0;

        cauce__custom__init(custom);
        for (JsonToken token = json_next(reader); token != JSON_OBJECT_END; token = json_next(reader)) {
                if (token != JSON_KEY)
                        return -EINVAL;
                Cauce__CustomValue *value = arena_alloc(reader->arena, sizeof *value);
                cauce__custom_value__init(value);
                value->key = terminated(reader->arena, reader->text);
                int r = read_custom_value(reader, json_next(reader), value);
                if (r < 0)
                        return r;
                if (r > 0)
                        continue;
                if (custom->n_values == cap) {
                        Cauce__CustomValue **former = custom->values;
                        cap = cap ? cap * 2 : 16;
                        custom->values = arena_array(reader->arena, cap, sizeof *custom->values);
                        if (former)
                                memcpy(custom->values, former, custom->n_values * sizeof *former);
                }
                custom->values[custom->n_values++] = value;
        }
        *ret = custom;
        return 0;
}

int storage_to_custom(Arena *arena, Str json, struct Cauce__Custom **ret)
{
        Cauce__Custom *custom;
        JsonReader reader;

        json_init(&reader, arena, json);
        if (json_next(&reader) != JSON_OBJECT_BEGIN || read_custom(&reader, &custom) < 0 ||
                json_next(&reader) != JSON_END)
                return -EINVAL;
        *ret = custom;
        return 0;
}

static int read_text_value(Store store, Str text, Value *value)
{
        int32_t date;

        switch (store) {
        case STORE_TEXT:
                value->text = text.p ? text : STR("");
                return 0;
        case STORE_UUID:
                return uuid_parse(text, &value->uuid);
        case STORE_TIME:
                return instant_parse(text, &value->number);
        case STORE_DATE:
                if (date_parse(text, &date) < 0)
                        return -EINVAL;
                value->number = date;
                return 0;
        default:
                return -EINVAL;
        }
}

static int read_value(JsonReader *reader, Store store, JsonToken token, Value *value)
{
        switch (token) {
        case JSON_NULL:
                value->null = true;
                return 0;
        case JSON_TRUE:
        case JSON_FALSE:
                value->number = token == JSON_TRUE;
                return store == STORE_BOOL ? 0 : -EINVAL;
        case JSON_NUMBER:
                return store == STORE_INT8 ? parse_i64(reader->text, &value->number) : -EINVAL;
        case JSON_STRING:
                return read_text_value(store, reader->text, value);
        case JSON_ARRAY_BEGIN: {
                Str *texts;
                if (store != STORE_TEXTS || read_texts(reader, &value->n, &texts) < 0)
                        return -EINVAL;
                value->texts = texts;
                return 0;
        }
        default:
                return -EINVAL;
        }
}

static int read_field(JsonReader *reader, const Field *field, ProtobufCMessage *message)
{
        Store store = field && !(field->flags & FIELD_SECRET) ? store_of(field->kind) : STORE_NONE;
        JsonToken token = json_next(reader);
        Value value = {};

        if (store == STORE_NONE)
                return json_skip(reader, token) ? 0 : -EINVAL;
        if (store == STORE_CUSTOM && token == JSON_OBJECT_BEGIN)
                return read_custom(reader, &record_head(message)->custom);
        if (read_value(reader, store, token, &value) < 0)
                return -EINVAL;
        record_set(reader->arena, message, field, &value);
        return 0;
}

int storage_to_message(Arena *arena, const Module *module, Str json, ProtobufCMessage **ret)
{
        ProtobufCMessage *message = record_new(arena, module->message);
        JsonToken token;
        JsonReader reader;

        json_init(&reader, arena, json);
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                return -EINVAL;
        while ((token = json_next(&reader)) != JSON_OBJECT_END) {
                if (token != JSON_KEY)
                        return -EINVAL;
                if (read_field(&reader, message_field(module->message, reader.text), message) < 0)
                        return -EINVAL;
        }
        if (json_next(&reader) != JSON_END)
                return -EINVAL;
        *ret = message;
        return 0;
}
