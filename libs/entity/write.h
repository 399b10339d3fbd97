#pragma once

#include "entity/record.h"
#include "entity/runtime.h"

/* Loading and saving one record: what handlers call. Every function returns a usable value or ends the
 * request. */

/* The record as committed, seen by whoever asks; deleted ones only when asked for. Ends with NOT_FOUND, or
 * FORBIDDEN without the right to see the module. */
ProtobufCMessage *entity_load(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted);
/* The same without looking at rights: for what the system needs to know. */
ProtobufCMessage *entity_read(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted);

/* Checks, completes (id, times, owner, label) and stores a new record, with its event. With an idempotency
 * key in the context a repeat gives the record that the first one made (*ret_replayed). Returns the record as
 * stored. */
ProtobufCMessage *entity_create(
        Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, bool *ret_replayed);

/* Stores what differs between `before` (from entity_load) and `after`; guarded by before's version (STALE).
 * Whether it may be changed is told by the record as it was. Nothing different: before is returned and no
 * event is made. */
ProtobufCMessage *entity_update(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, ProtobufCMessage *after);

void entity_delete(Req *rq, const ModuleRuntime *module, const Uuid *id, int64_t version);
ProtobufCMessage *entity_restore(Req *rq, const ModuleRuntime *module, const Uuid *id);
