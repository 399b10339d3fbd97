#pragma once

#include "bus/bus.h"
#include "service/daemon.h"

/* What maintain holds while it works. */

typedef struct Maintain {
        Loop *loop;
        Bus *bus;
        const char *migrations; /* folder: entity/, then one of each service */
        int64_t stream_bytes;
        uint64_t runs, failures;
        bool good; /* the last run went through */
        bool stopping;
        Task *task;
        bool waiting;
} Maintain;

/* Brings one service's schema up to date and clears what is old. `name` is that of the role and the schema.
 * Problems are logged; false = there was one. */
bool database_maintain(Maintain *maintain, const char *name, const char *conninfo);

/* Makes or updates every service's stream, and the durables of those who refer to its modules. As above. */
bool streams_maintain(Maintain *maintain);
