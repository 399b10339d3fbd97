#pragma once

#include "entity/lease.h"
#include "entity/runtime.h"

/* Work that one replica of a service does at a time: each has a task that competes for the lease; the
 * holder's calls `pass` when it is poked, on whichever replica, and every poll_us. */

typedef struct Worker Worker;

typedef struct WorkerSpec {
        const char *name; /* "assigner": of the lease, and of the subject poke.<service>.<name> */
        int64_t poll_us;
        int64_t pace_us; /* waited after a pass that found something, so that the next finds more at once */
        size_t own_size; /* of worker->own */
        const char *session_sql; /* settings of its connection; NULL = none */
        /* 0 = there was nothing to do; WORKER_DONE = there may be more; < 0 = a fault (told to the log by the
         * daemon): the session ends and begins anew. Outcomes of libs/pg are passed up as they are: they
         * count as faults, LEASE_LOST ends the holding. */
        int (*pass)(Worker *worker);
} WorkerSpec;

#define WORKER_DONE 300

struct Worker {
        Entity *entity;
        const WorkerSpec *spec;
        void *own;        /* zeroed once; lives as long as the process serves */
        PgConn *conn;     /* while it holds the lease */
        Lease lease;      /* transactions on conn are lease_begin … lease_commit */
        Arena *arena;     /* of one pass */
        uint64_t session; /* grows whenever the lease was taken: what own remembers of a pass may be old */
        bool holding;
        bool sleeping, poked, tell; /* worker.c */
        Task *task;
        Worker *next;
};

/* Before the first task switch of the daemon's start or later; 0 or < 0. The spec is borrowed for good. */
int worker_start(Entity *entity, const WorkerSpec *spec, Worker **ret);
/* By its name; NULL = it was not started. */
Worker *worker_of(const Entity *entity, const char *name);
/* There is something to do. Cheap: other replicas are told once a turn. */
void worker_poke(Worker *worker);

/* For events_stop: it looks up at once; freed, returns the next one. */
void worker_wake(Worker *worker);
Worker *worker_free(Worker *worker);
