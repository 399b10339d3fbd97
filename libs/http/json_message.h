#pragma once

#include "base/arena.h"
#include "base/json.h"
#include "base/meta.h"

/* JSON ↔ protobuf-c messages by the generated tables. Names are the proto's; values as cauce.Kind says.
 * Custom is an object of scalars, labels an object of texts. */

typedef struct JsonProblem {
        MsgCode code;
        const char *pointer; /* JSON pointer, in the arena: "/custom/total_visits" */
        const char *args[2];
} JsonProblem;

#define JSON_PROBLEMS_MAX 20
typedef struct JsonProblems {
        unsigned n;
        JsonProblem items[JSON_PROBLEMS_MAX];
} JsonProblems;

typedef enum JsonFlags {
        JSON_PATCH = 1 << 0, /* RFC 7396: null clears; numbers of the fields present go to `changed` */
        JSON_REFUSE_READ_ONLY = 1 << 1,
} JsonFlags;

/* Reads an object into a fresh message in the arena. A malformed text gives one problem BAD_JSON; otherwise
 * every field's problem is told (unknown, wrong type, twice, too long, not an option, bad date…), up to the
 * maximum. Returns NULL and fills `problems` when there is any. `changed` (JSON_PATCH) is in the arena. */
ProtobufCMessage *json_to_message(Arena *arena, const MessageMeta *meta, Str json, unsigned flags,
        JsonProblems *problems, uint32_t **ret_changed, unsigned *ret_n_changed);

/* Writes a message as an object. Absent fields are left out; empty `labels` and `custom` too. SECRET fields
 * never. */
void message_to_json(StrBuf *buf, const MessageMeta *meta, const ProtobufCMessage *message);
/* The same of a message that is still packed, without unpacking it. False = it can't be read; the arena is
 * for what it takes on the way. */
bool packed_to_json(StrBuf *buf, Arena *arena, const MessageMeta *meta, Str packed);
