#pragma once

#include "base/loop.h"
#include "base/meta.h"
#include "base/time.h"
#include "bus/bus.h"
#include "entity/blobs.h"
#include "pg/pg.h"

/* The run-time of one daemon's modules: what handlers, the relay, the consumers and the jobs share. Made by
 * libs/service before the first request. */

typedef struct ServiceTable ServiceTable;
typedef struct Runtime Runtime;
typedef struct Authz Authz;

typedef struct Entity {
        Loop *loop;
        Pg *pg;
        Bus *bus;
        const ServiceTable *service;
        const char *service_name;  /* "leads" */
        const char *conninfo;      /* of the daemon's role, for connections of one's own */
        const Zone *zone;          /* the company's */
        const char *currency;      /* ISO 4217 */
        Blobs blobs;               /* folder of uploaded files */
        Uuid replica;              /* of this process: lease holder */
        Runtime *runtime;          /* modules as they are in force: generated tables + custom fields */
        Authz *authz;              /* who may see and do what (authz.h); NULL before the first is read */
        bool authz_reading;        /* the next one is on its way: authz_read.c */
        int authz_result;          /* of the last reading */
        struct AuthzWatch *watch;  /* of authz_wait.h: keeps it up to date */
        struct LabelCache *labels; /* of labels.h */
        struct AccessStats *access_stats; /* of access_stats.h */
        struct Jobs *jobs;                /* of job.h */
        struct Events *events;            /* of events.h: the relay, the consumers, their counters */
        unsigned bulks;                   /* under way: bulk.h */
        bool stopping;
} Entity;
