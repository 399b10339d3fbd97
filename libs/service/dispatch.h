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
