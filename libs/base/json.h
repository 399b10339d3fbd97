#pragma once

#include "base/str.h"

/* A strict RFC 8259 pull reader over a borrowed buffer, and the writer's string escape. No tree, no doubles.
 */

#define JSON_DEPTH_MAX 32

typedef enum JsonToken {
        JSON_ERROR,
        JSON_OBJECT_BEGIN,
        JSON_OBJECT_END,
        JSON_ARRAY_BEGIN,
        JSON_ARRAY_END,
        JSON_KEY,    /* text: the unescaped key */
        JSON_STRING, /* text: unescaped */
        JSON_NUMBER, /* text: the lexeme, valid by the grammar */
        JSON_TRUE,
        JSON_FALSE,
        JSON_NULL,
        JSON_END, /* whole input read */
        JSON_TOKEN_MAX
} JsonToken;

typedef struct JsonReader {
        Arena *arena; /* unescaped strings go here when they differ from the input */
        Str input;
        size_t at;
        Str text; /* of the last KEY, STRING or NUMBER */
        const char
                *error; /* short reason in English after JSON_ERROR ("depth", "utf-8", "unexpected byte"…) */
        unsigned depth;
        uint8_t stack[JSON_DEPTH_MAX];
        uint8_t state;
} JsonReader;

void json_init(JsonReader *reader, Arena *arena, Str input);
/* Invalid UTF-8, lone surrogates, \u0000, depth over JSON_DEPTH_MAX and trailing bytes are errors. */
JsonToken json_next(JsonReader *reader);
/* Skips the value whose first token was just returned. False after an error. */
bool json_skip(JsonReader *reader, JsonToken first);
/* Writes a quoted JSON string. `text` is valid UTF-8. */
void json_put_string(StrBuf *buf, Str text);
/* A member of an object: "key":"text". */
void json_put_text(StrBuf *buf, const char *key, const char *text);
