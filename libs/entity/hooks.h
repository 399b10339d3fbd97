#pragma once

#include "entity/req.h"

/* The rules of one module. A module without rules has an empty table. */

typedef struct Change {
        const Module *module;
        const ProtobufCMessage *before; /* NULL when the record is new */
        ProtobufCMessage *after;        /* whole, with the change in it; a rule may change it further */
        const struct Cauce__ImportRequest *import; /* NULL when it is no row of an import */
} Change;

typedef struct EntityHooks {
        /* Before validation: defaults, derived fields, refusals by req_fail or req_note. */
        void (*before_save)(Req *rq, const Change *change);
        /* It was saved, not by an import: what follows from that. */
        void (*after_save)(Req *rq, const Change *change);
        /* The record is about to be deleted: refusals by req_fail. */
        void (*before_delete)(Req *rq, const ProtobufCMessage *record);
        /* It was deleted: what follows from that. */
        void (*after_delete)(Req *rq, const ProtobufCMessage *record);
} EntityHooks;

/* True when the change touches the field, or the record is new and has it. */
bool change_has(Req *rq, const Change *change, const char *field);
