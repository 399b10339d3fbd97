/* The objects whose keys no table knows: custom fields, which libs/entity checks, and labels. */

#include <string.h>

#include "cauce.pb-c.h"
#include "http/json_reading.h"

#define CUSTOM_MAX        500 /* custom fields of a record */
#define CUSTOM_DIGITS_MAX 40

/* A decimal as it is written; exponents and endless digits are refused. */
static void read_number(Reading *reading, Cauce__CustomValue *value, const Path *path)
{
        Str text = reading->json.text;
        if (memchr(text.p, 'e', text.len) || memchr(text.p, 'E', text.len))
                problem_note(reading, MSG_WRONG_TYPE, path, STR("decimal"));
        else if (text.len > CUSTOM_DIGITS_MAX)
                problem_note_max(reading, MSG_TOO_LONG, path, CUSTOM_DIGITS_MAX);
        else
                value->number = arena_strndup(reading->arena, text.p, text.len);
}

static bool read_list(Reading *reading, Cauce__CustomValue *value, const Path *path)
{
        List list = {.size = sizeof(char *)};
        JsonToken token;
        for (int i = 0; (token = json_next(&reading->json)) != JSON_ARRAY_END; i++) {
                if (token == JSON_STRING)
                        *(char **)list_add(reading->arena, &list) = terminated(reading->json.text);
                else if (!problem_type(reading, token, &(Path){path, {}, i}, "string"))
                        return false;
        }
        if (list.n > REPEATED_MAX)
                problem_note_max(reading, MSG_TOO_LONG, path, REPEATED_MAX);
        value->list = list.items;
        value->n_list = list.n;
        return true;
}

static bool read_value(Reading *reading, JsonToken token, Cauce__CustomValue *value, const Path *path)
{
        switch (token) {
        case JSON_STRING:
                value->text = terminated(reading->json.text);
                return true;
        case JSON_NUMBER:
                read_number(reading, value, path);
                return true;
        case JSON_TRUE:
        case JSON_FALSE:
                value->has_flag = true;
                value->flag = token == JSON_TRUE;
                return true;
        case JSON_NULL:
                value->has_cleared = value->cleared = true;
                return true;
        case JSON_ARRAY_BEGIN:
                return read_list(reading, value, path);
        default:
                return problem_type(reading, token, path, "string");
        }
}

static bool has_key(Cauce__CustomValue *const *values, size_t n, Str key)
{
        for (size_t i = 0; i < n; i++)
                if (str_is(key, values[i]->key))
                        return true;
        return false;
}

/* Out of a change, null says no more than absence. */
static size_t without_cleared(Cauce__CustomValue **values, size_t n)
{
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
                if (!values[i]->cleared)
                        values[kept++] = values[i];
        return kept;
}

bool read_custom(Reading *reading, const Field *field, char *message, const Path *path)
{
        List list = {.size = sizeof(Cauce__CustomValue *)};
        Cauce__Custom *custom = arena_raw(reading->arena, sizeof *custom);
        JsonToken token;
        while ((token = json_next(&reading->json)) == JSON_KEY) {
                Path here = {path, reading->json.text, -1};
                if (list.n > CUSTOM_MAX) {
                        if (!json_skip(&reading->json, json_next(&reading->json)))
                                return problem_broken(reading);
                        continue;
                }
                if (has_key(list.items, list.n, here.key))
                        return problem_twice(reading, &here);
                Cauce__CustomValue *value = arena_raw(reading->arena, sizeof *value);
                cauce__custom_value__init(value);
                value->key = terminated(here.key);
                *(Cauce__CustomValue **)list_add(reading->arena, &list) = value;
                if (!read_value(reading, json_next(&reading->json), value, &here))
                        return false;
        }
        if (token != JSON_OBJECT_END)
                return problem_broken(reading);
        if (list.n > CUSTOM_MAX)
                problem_note_max(reading, MSG_TOO_LONG, path, CUSTOM_MAX);
        cauce__custom__init(custom);
        custom->values = list.items;
        custom->n_values = reading->flags & JSON_PATCH ? list.n : without_cleared(list.items, list.n);
        /* In a change an empty object says "no custom field changes", which is not what null says. */
        if (custom->n_values > 0 || reading->flags & JSON_PATCH)
                *(Cauce__Custom **)(message + field->offset) = custom;
        return true;
}

bool read_labels(Reading *reading, const Field *field, char *message, const Path *path)
{
        List list = {.size = sizeof(Cauce__Label *)};
        JsonToken token;
        while ((token = json_next(&reading->json)) == JSON_KEY) {
                Path here = {path, reading->json.text, -1};
                Cauce__Label *label = arena_raw(reading->arena, sizeof *label);
                cauce__label__init(label);
                label->field = terminated(here.key);
                token = json_next(&reading->json);
                if (token == JSON_STRING)
                        label->text = terminated(reading->json.text);
                else if (!problem_type(reading, token, &here, "string"))
                        return false;
                *(Cauce__Label **)list_add(reading->arena, &list) = label;
        }
        if (token != JSON_OBJECT_END)
                return problem_broken(reading);
        *(void **)(message + field->offset) = list.items;
        *(size_t *)(message + field->quantifier) = list.n;
        return true;
}
