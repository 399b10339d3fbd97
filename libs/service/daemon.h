#pragma once

#include "base/loop.h"
#include "base/str.h"
#include "service/config.h"

/* The life of a process: configuration, log, loop, signals, the admin address with /healthz, /readyz and
 * /metrics, orderly end on SIGTERM. */

typedef struct Daemon Daemon;

typedef struct DaemonSpec {
        const char *name;
        const ConfigItem *config; /* beside CAUCE_ADMIN_ADDR and CAUCE_LOG */
        unsigned n_config;
        /* Runs in a task after the loop has begun; false = cannot start (logged): the process ends with 1. */
        bool (*start)(Daemon *daemon, void *arg);
        /* Why it is not ready; NULL = it is. */
        const char *(*unready)(Daemon *daemon, void *arg);
        void (*metrics)(Daemon *daemon, StrBuf *out, void *arg);
        /* Drains and closes, in a task, at most ten seconds. */
        void (*stop)(Daemon *daemon, void *arg);
        void *arg;
} DaemonSpec;

struct Daemon {
        const DaemonSpec *spec;
        Loop *loop;
        const char **config; /* values in the order of spec->config */
        bool started, stopping;
        int status;
};

/* Runs to the end of the process; main returns what it returns. */
int daemon_main(int argc, char **argv, const DaemonSpec *spec);
/* Begins the orderly end (what SIGTERM does). */
void daemon_stop(Daemon *daemon);
