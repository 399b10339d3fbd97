/* Reads what JetStream answers: acknowledgements of publishing, the state of a stream, the subject that says
 * where a delivered message stands. */

#include <errno.h>

#include "base/json.h"
#include "bus/jswire.h"

#define ERROR_UNNAMED 10000 /* an error that has no err_code */

/* The value behind a key as a whole number; 0 or -EINVAL. */
static int read_number(JsonReader *reader, JsonToken token, int64_t *ret)
{
        return token == JSON_NUMBER && parse_i64(reader->text, ret) == 0 && *ret >= 0 ? 0 : -EINVAL;
}

static int read_error(JsonReader *reader, int *ret)
{
        int64_t value;
        JsonToken token;
        *ret = ERROR_UNNAMED;
        while ((token = json_next(reader)) == JSON_KEY) {
                bool wanted = str_is(reader->text, "err_code");
                token = json_next(reader);
                if (!wanted && !json_skip(reader, token))
                        return -EINVAL;
                if (wanted) {
                        if (read_number(reader, token, &value) < 0 || value > INT32_MAX)
                                return -EINVAL;
                        *ret = value > 0 ? (int)value : ERROR_UNNAMED;
                }
        }
        return token == JSON_OBJECT_END ? 0 : -EINVAL;
}

int puback_parse(Arena *arena, Str json, PubAck *ret)
{
        JsonReader reader;
        JsonToken token;
        PubAck ack = {};
        int64_t seq = 0;
        bool has_seq = false;
        json_init(&reader, arena, json);
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                return -EINVAL;
        while ((token = json_next(&reader)) == JSON_KEY) {
                Str key = reader.text;
                token = json_next(&reader);
                if (str_is(key, "seq")) {
                        if (read_number(&reader, token, &seq) < 0)
                                return -EINVAL;
                        has_seq = true;
                } else if (str_is(key, "duplicate")) {
                        if (token != JSON_TRUE && token != JSON_FALSE)
                                return -EINVAL;
                        ack.duplicate = token == JSON_TRUE;
                } else if (str_is(key, "error")) {
                        if (token != JSON_OBJECT_BEGIN || read_error(&reader, &ack.error) < 0)
                                return -EINVAL;
                } else if (!json_skip(&reader, token)) {
                        return -EINVAL;
                }
        }
        if (token != JSON_OBJECT_END || json_next(&reader) != JSON_END || (!has_seq && ack.error == 0))
                return -EINVAL;
        ack.seq = (uint64_t)seq;
        *ret = ack;
        return 0;
}

static int read_state(JsonReader *reader, int64_t *ret_last_seq, bool *ret_has)
{
        JsonToken token;
        while ((token = json_next(reader)) == JSON_KEY) {
                bool wanted = str_is(reader->text, "last_seq");
                token = json_next(reader);
                if (!wanted && !json_skip(reader, token))
                        return -EINVAL;
                if (wanted && read_number(reader, token, ret_last_seq) < 0)
                        return -EINVAL;
                *ret_has |= wanted;
        }
        return token == JSON_OBJECT_END ? 0 : -EINVAL;
}

int stream_info_parse(Arena *arena, Str json, uint64_t *ret_last_seq, int *ret_error)
{
        JsonReader reader;
        JsonToken token;
        int64_t last = 0;
        int error = 0;
        bool has_last = false;
        json_init(&reader, arena, json);
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                return -EINVAL;
        while ((token = json_next(&reader)) == JSON_KEY) {
                Str key = reader.text;
                token = json_next(&reader);
                if (str_is(key, "state")) {
                        if (token != JSON_OBJECT_BEGIN || read_state(&reader, &last, &has_last) < 0)
                                return -EINVAL;
                } else if (str_is(key, "error")) {
                        if (token != JSON_OBJECT_BEGIN || read_error(&reader, &error) < 0)
                                return -EINVAL;
                } else if (!json_skip(&reader, token)) {
                        return -EINVAL;
                }
        }
        if (token != JSON_OBJECT_END || json_next(&reader) != JSON_END || (!has_last && error == 0))
                return -EINVAL;
        *ret_last_seq = (uint64_t)last;
        *ret_error = error;
        return 0;
}

#define TOKENS_MAX 12

static unsigned split(Str subject, Str tokens[static TOKENS_MAX])
{
        unsigned n = 0;
        size_t from = 0;
        for (size_t i = 0; i <= subject.len; i++)
                if (i == subject.len || subject.p[i] == '.') {
                        if (n == TOKENS_MAX || i == from)
                                return 0;
                        tokens[n++] = (Str){subject.p + from, i - from};
                        from = i + 1;
                }
        return n;
}

static int read_u64(Str token, uint64_t *ret)
{
        int64_t value;
        if (parse_i64(token, &value) < 0 || value < 0)
                return -EINVAL;
        *ret = (uint64_t)value;
        return 0;
}

int ack_subject_parse(Str subject, AckSubject *ret)
{
        Str tokens[TOKENS_MAX];
        unsigned n = split(subject, tokens);
        if ((n != 9 && n != 11 && n != 12) || !str_is(tokens[0], "$JS") || !str_is(tokens[1], "ACK"))
                return -EINVAL;
        const Str *at = tokens + (n == 9 ? 2 : 4);
        AckSubject ack = {.stream = at[0], .durable = at[1]};
        if (read_u64(at[2], &ack.delivered) < 0 || read_u64(at[3], &ack.stream_seq) < 0 ||
                read_u64(at[6], &ack.pending) < 0)
                return -EINVAL;
        *ret = ack;
        return 0;
}
