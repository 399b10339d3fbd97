#pragma once

#include "base/json.h"
#include "entity.pb-c.h"
#include "gateway.h"

/* Bulk requests between JSON and the bus: what bulk.c and bulk_operation.c share. */

#define BULK_OPERATIONS 1000
#define BULK_MEMBERS    8 /* of an object; more are none that we know */

/* A member of an object: `text` is the text or number, or the object or array as it is written. */
typedef struct BulkMember {
        Str name, text;
        JsonToken token;
} BulkMember;

typedef struct BulkRead {
        unsigned position, n;
        BulkMember members[BULK_MEMBERS];
        Str problem; /* its result as JSON, when it could not be read; p NULL = it could */
} BulkRead;

const BulkMember *bulk_member(const BulkMember *members, unsigned n, const char *name);
void bulk_put_member(StrBuf *out, const BulkMember *member);
void bulk_note(Req *rq, const char *pointer, const JsonProblems *problems);

/* bulk_operation.c: what it says; NULL when it can't be read: read->problem says why, or, when atomic, the
 * problems are noted. */
Cauce__BulkOperation *bulk_operation(Exchange *x, const Module *module, BulkRead *read, bool atomic);
/* True: it was replayed. */
bool bulk_put_result(Exchange *x, const Module *module, const Cauce__BulkResult *result, StrBuf *out);
