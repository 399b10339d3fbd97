#pragma once

#include "entity/feed.h"

/* A set of labels of one foreign module, each record once, with the newest that is told of it. */

#define COPY_HEADS 256

typedef struct Copy {
        Uuid id;
        int64_t version;
        bool has_label, has_owner, has_deleted; /* told; what is not stays as it is */
        bool deleted;
        Str label;
        Uuid owner; /* nil = none */
        unsigned next;
} Copy;

typedef struct Copies {
        Arena *arena;
        const char *module; /* "leads.lead" */
        unsigned n;
        Copy *list;
        unsigned *heads; /* chains, by the id's last byte; 0 = end */
} Copies;

/* Room for `max` records. */
void copies_init(Copies *ret, Arena *arena, const char *module, unsigned max);
/* In order: a later one of the same record adds to what is known, unless its version is lower. */
void copies_add(Copies *copies, const Copy *copy);
/* Writes them to ref_label where it has a lower version; `whole`: or the same one (a scan tells everything).
 */
PgStmt copies_stmt(const Copies *copies, bool whole);

/* What is done with a page of the owner's records: the statement that writes them, made in the arena. */
typedef PgStmt (*CopiesPage)(
        Arena *arena, const Module *module, const ProtobufCMessage *const *records, unsigned n);

/* Scans the owner's records of a module page by page, from where it stopped; `source` is its name in
 * copy_state. 0; > 0: the owner does not answer; LEASE_LOST; < 0. */
int copies_scan(Feed *feed, const Module *module, const char *source, CopiesPage page);
