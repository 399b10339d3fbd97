#pragma once

#include "base/json.h"

/* Writing JSON: commas where they belong. `key` is NULL inside an array. */
typedef struct JsonOut {
        StrBuf *buf;
        bool comma; /* before what comes next */
} JsonOut;

void out_open(JsonOut *out, const char *key, char bracket);
void out_close(JsonOut *out, char bracket);
/* Nothing when `text` is NULL. */
void out_text(JsonOut *out, const char *key, const char *text);
void out_number(JsonOut *out, const char *key, int64_t value);
void out_bool(JsonOut *out, const char *key, bool value);
/* `json` is a value as it stands. */
void out_raw(JsonOut *out, const char *key, const char *json);
/* {"$ref":"#/components/<kind>/<name>"} */
void out_ref(JsonOut *out, const char *key, const char *kind, const char *name);
