#pragma once

#include "base/meta.h"

/* The storage form of a record in jsonb (event.before, event.after, record.custom): keys are column names,
 * values are what to_jsonb gives for the column: bigint → number, boolean, text → string, text[] → array,
 * uuid and date → string, timestamptz → RFC 3339 string with +00:00; `custom` → an object {key: string |
 * number | boolean | array of strings | null}. A null value means: changed, now empty. */

/* Writes the fields of `message` whose numbers are in `changed` (NULL: those that are set); changed and
 * absent = null. Secret and computed (labels) fields are left out. */
void storage_put_json(StrBuf *buf, const Module *module, const ProtobufCMessage *message,
        const uint32_t *changed, unsigned n_changed);
/* Just the custom object. */
struct Cauce__Custom;
void storage_put_custom(StrBuf *buf, const struct Cauce__Custom *custom);

/* Reads either back; what it does not know is skipped (an older build reads a newer service's data). 0 or
 * -EINVAL. */
int storage_to_message(Arena *arena, const Module *module, Str json, ProtobufCMessage **ret);
int storage_to_custom(Arena *arena, Str json, struct Cauce__Custom **ret);
