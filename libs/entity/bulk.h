#pragma once

#include "entity/runtime.h"

/* Many operations on records of one module in one request (proto/entity.proto, BulkRequest). */

#define BULK_MAX   1000
#define BULKS_MAX  4  /* under way at once in a process; others wait, and are told "busy" after a while */
#define BULK_TASKS 32 /* of one request */

struct Cauce__BulkRequest;
struct Cauce__BulkReply;

/* Atomic: everything is checked first, then written in one transaction, its rows locked in the order of their
 * ids; the first refusal, by position, ends the request and nothing is changed. Otherwise each operation is a
 * request of its own that goes through the grouped writer. With rq->once operation n is part n + 1. */
void entity_bulk(Req *rq, const ModuleRuntime *module, const struct Cauce__BulkRequest *in,
        struct Cauce__BulkReply *ret);
