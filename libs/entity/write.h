#pragma once

#include "entity/record.h"
#include "entity/runtime.h"
#include "entity/sql_write.h"

/* Loading and saving one record: what handlers call. Every function returns a usable value or ends the
 * request. With rq->once (idempotency.h) the write happens once. */

/* The record as committed, seen by whoever asks; deleted ones only when asked for. Ends with NOT_FOUND, or
 * FORBIDDEN without the right to see the module. */
ProtobufCMessage *entity_load(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted);
/* The same without looking at rights: for what the system needs to know. */
ProtobufCMessage *entity_read(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted);

/* Checks, completes (id, times, owner, label) and stores a new record, with its event. A repeat under the
 * same idempotency key gives the record that the first one made (*ret_replayed). Returns the record as
 * stored. */
ProtobufCMessage *entity_create(
        Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, bool *ret_replayed);

/* Stores what differs between `before` (from entity_load) and `after`; guarded by before's version (STALE).
 * Whether it may be changed is told by the record as it was. Nothing different: before is returned and no
 * event is made. */
ProtobufCMessage *entity_update(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, ProtobufCMessage *after);

void entity_delete(Req *rq, const ModuleRuntime *module, const Uuid *id, int64_t version);
/* version 0 = whatever it is: then one that is not deleted is as wanted. */
ProtobufCMessage *entity_restore(
        Req *rq, const ModuleRuntime *module, const Uuid *id, int64_t version, bool *ret_replayed);

/* Ends with STALE, and tells whoever asks the record as it is now. */
_Noreturn void entity_stale(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *now);

/* ---- the same in steps (write_prepare.c): checks, the statement, what follows from it ---- */

typedef struct Write {
        const ModuleRuntime *module;
        int type;      /* cauce.EventType */
        Change change; /* `after` is the record as it will be */
        Uuid id;
        PgStmt stmt; /* sql NULL: nothing differs, there is nothing to run */
} Write;

/* Each makes all checks and ends the request when one fails; write_create notes what validation finds and is
 * false, for a repeat of what was done needs no valid record. */
bool write_create(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, Write *ret);
void write_update(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before,
        ProtobufCMessage *after, Write *ret);
void write_delete(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, int64_t version, Write *ret);
/* `before` is deleted. */
void write_restore(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, Write *ret);

/* Runs it through the grouped writer, and write_done or write_refused. */
void write_save(Req *rq, const Write *write);
/* It was committed with these rows: completes `after` and runs the hooks. */
void write_done(Req *rq, const Write *write, const PgRows *rows);
/* Its statement gave no row, or ended with `code`: says why. */
_Noreturn void write_refused(Req *rq, const Write *write, int code);
