#pragma once

#include "entity/sql_write.h"

/* An idempotency key: the row in `idem` is there if and only if the effect is, and is the principal's. A
 * repeat is told by what was asked (verb, module, request), which the row's hash holds. */

/* The key of the request's context as rq->once; nothing without a key. `in` is the packed request. */
void once_begin(Req *rq, const ModuleRuntime *module, const char *verb, Str in);
/* What the key has done: false = nothing yet. Ends with KEY_REUSED when it was for something else. */
bool once_done(Req *rq, const WriteOnce *once, Uuid *ret_record, int64_t *ret_version);

/* All that a bulk request's key has done. */
typedef struct OnceParts {
        unsigned n; /* how many are done */
        bool *done; /* by part - 1 */
        Uuid *records;
        int64_t *versions;
} OnceParts;
/* `max` parts at most; with rq->once NULL nothing is done. Ends with KEY_REUSED. */
OnceParts once_parts(Req *rq, unsigned max);
