#pragma once

#include "bus/bus.h"
#include "entity/entity.h"
#include "service/metrics.h"

/* The request boundary: a message from the bus becomes a Req, its outcome a reply; faults are logged here,
 * once. */

typedef struct Dispatch {
        Entity *entity;
        Timings timings; /* by "module.verb" or "rpc" */
} Dispatch;

/* A BusHandler; its arg is the Dispatch. */
void dispatch_request(Bus *bus, BusRequest *request);
/* For pg_on_slow: a line in the log with the trace and the subject of the request that waited. */
void dispatch_slow(const char *sql, int64_t us);
uint64_t dispatch_slow_count(void);
