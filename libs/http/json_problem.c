/* Problems found while reading: their code, their pointer, what they repeat of the input (never much). */

#include "http/json_reading.h"

#define TOLD_MAX 120 /* bytes of the input that a problem repeats */

static Str shorten(Str text)
{
        if (text.len <= TOLD_MAX)
                return text;
        text.len = TOLD_MAX;
        while (text.len > 0 && ((uint8_t)text.p[text.len] & 0xc0) == 0x80)
                text.len--;
        return text;
}

static void put_pointer(StrBuf *buf, const Path *path)
{
        if (!path)
                return;
        put_pointer(buf, path->up);
        strbuf_putc(buf, '/');
        if (path->index >= 0) {
                strbuf_put_i64(buf, path->index);
                return;
        }
        Str key = shorten(path->key);
        for (size_t i = 0; i < key.len; i++)
                if (key.p[i] == '~' || key.p[i] == '/')
                        strbuf_put(buf, key.p[i] == '~' ? "~0" : "~1", 2);
                else
                        strbuf_putc(buf, key.p[i]);
}

void problem_note(Reading *reading, MsgCode code, const Path *path, Str arg)
{
        JsonProblems *problems = reading->problems;
        if (problems->n == JSON_PROBLEMS_MAX)
                return;
        StrBuf pointer = {.arena = reading->arena};
        strbuf_puts(&pointer, "");
        put_pointer(&pointer, path);
        arg = shorten(arg);
        problems->items[problems->n++] = (JsonProblem){
                .code = code,
                .pointer = pointer.p,
                .args = {arena_strndup(reading->arena, arg.p ? arg.p : "", arg.len)},
        };
}

void problem_note_max(Reading *reading, MsgCode code, const Path *path, size_t max)
{
        StrBuf text = {.arena = reading->arena};
        strbuf_put_i64(&text, (int64_t)max);
        problem_note(reading, code, path, (Str){text.p, text.len});
}

static bool broken(Reading *reading, const Path *path, const char *reason)
{
        reading->problems->n = 0;
        problem_note(reading, MSG_BAD_JSON, path, str_of(reason));
        return false;
}

bool problem_broken(Reading *reading)
{
        return broken(reading, NULL, reading->json.error);
}

bool problem_twice(Reading *reading, const Path *path)
{
        return broken(reading, path, "duplicate key");
}

bool problem_skip(Reading *reading, JsonToken token, MsgCode code, const Path *path, Str arg)
{
        problem_note(reading, code, path, arg);
        return json_skip(&reading->json, token) || problem_broken(reading);
}

bool problem_type(Reading *reading, JsonToken token, const Path *path, const char *expected)
{
        return problem_skip(reading, token, MSG_WRONG_TYPE, path, str_of(expected));
}
