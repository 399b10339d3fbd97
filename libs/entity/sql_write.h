#pragma once

#include "entity/record.h"
#include "entity/runtime.h"

/* The guarded statements of design rule 4: the record, its event and its outbox row in one; zero rows =
 * refused. */

/* Who, when, what of the event, common to every statement. */
typedef struct WriteEvent {
        Uuid event_id;
        int64_t at;
        Uuid actor; /* nil = the system */
        Uuid job;   /* nil = none */
        const char *trace;
        unsigned n_changed;
        const int64_t *changed;
        Str before, after; /* storage JSON; p = NULL: none */
} WriteEvent;

/* A write that happens once for its key: the statement refuses when the key's row is there, and makes it. */
typedef struct WriteOnce {
        Uuid principal;
        Str key;
        int32_t part; /* from 1: of a bulk request; 0: the whole of a request, so that no part may be there */
        uint8_t hash[32];
} WriteOnce;
typedef enum OnceKind { ONCE_NOT, ONCE_WHOLE, ONCE_PART, ONCE_MAX } OnceKind;
OnceKind once_kind(const WriteOnce *once); /* NULL = ONCE_NOT */

/* Of the module, once per generation. Answers version, number, label. */
const char *sql_create(Arena *arena, const ModuleRuntime *module, OnceKind once);
/* Its parameters; `once` of that kind. */
PgArgs *args_create(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record, Str fold,
        const WriteEvent *event, const WriteOnce *once);

/* Sets the fields in `fields` (and fold when p is not NULL), guarded by id and version. Answers version,
 * label. `type` is cauce.EventType; a record that is deleted is changed by RESTORED alone. */
PgStmt stmt_update(Arena *arena, const ModuleRuntime *module, const Uuid *id, int64_t version, int type,
        const ProtobufCMessage *record, const Field *const *fields, unsigned n, Str fold,
        const WriteEvent *event, const WriteOnce *once);

/* Will the change give the record another label? Then the event says so (TAG_LABEL). */
bool label_differs(
        Arena *arena, const Module *module, const ProtobufCMessage *before, const ProtobufCMessage *after);

/* The record's `fold`: a blank, then its searchable texts folded, so that "% ab%" finds the beginning of a
 * word. */
Str record_fold(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record);
