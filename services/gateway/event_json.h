#pragma once

#include "entity.cauce.h"
#include "gateway.h"

/* What happened to a record, as JSON: shared by a record's history and the feed of events. */

/* "changes":[{"field":…,"before":…,"after":…}]: of fields that a person knows. */
void event_put_changes(Exchange *x, StrBuf *out, const Module *module, const Cauce__Event *event);
/* A field's name, a colon and the 16 bytes as an id; nothing when they are no id. */
void event_put_id(StrBuf *out, const char *key, ProtobufCBinaryData id);
