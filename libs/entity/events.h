#pragma once

#include "entity/entity.h"

/* Events out and in (design rule 5): the relay, the consumers, the copies of foreign labels, the feed. */

/* Starts this service's relay: a task that competes for the lease "relay" with those of other replicas and,
 * holding it, publishes the outbox in seq order. Woken by relay_poke, here or on another replica (subject
 * poke.<service>); polls as a backstop. */
int relay_start(Entity *entity);
/* Tells the relay that something was committed (cheap; once per turn is enough): also to other replicas. */
void relay_poke(Entity *entity);

/* One event as a consumer sees it; the messages live as the arena. */
typedef struct EventIn {
        Arena *arena;
        const struct Cauce__Event *event;
        const Module *module;           /* NULL = a module this build does not know */
        const ProtobufCMessage *before; /* NULL = absent */
        const ProtobufCMessage *after;
        PgConn *conn; /* the apply transaction */
} EventIn;

/* 0 = applied; > 0 = poison: parked with `reason` (NULL: pg_error), the record's later events queue behind
 * it; < 0 = fault: the batch is given back and tried again. An outcome of libs/pg may be passed up as it is:
 * LOCKED, SERIALIZATION and TIMEOUT count as faults, the others as poison. */
#define EVENT_POISON 100
typedef int (*EventApply)(Entity *entity, const EventIn *in, const char **ret_reason);
/* The same for several at once, in order. Any poison among them: they are tried again one by one. */
typedef int (*EventApplyAll)(Entity *entity, const EventIn *const *in, unsigned n, const char **ret_reason);

/* What a consumer task holds while it feeds (libs/entity/feed.h). */
typedef struct Feed Feed;

typedef struct Consumer {
        const char *name; /* of the consumer in this service: "copies"; with inbox rows unless `copy` */
        bool copy;        /* compares versions itself: no inbox */
        EventApply apply; /* one of the two */
        EventApplyAll apply_all;
        /* Called whenever the lease was taken, before events are fed: where a read model scans its owner
         * unless it has. 0, or else it is called again later. NULL = nothing to do. */
        int (*start)(Feed *feed);
        /* Called after every commit of the feed, whether it fed events or moved the position alone. NULL =
         * nothing to do. */
        void (*committed)(Feed *feed);
} Consumer;

/* Starts the task that holds the lease for (this service, source) and feeds the source's events to the
 * consumers. One durable per (consumer service, source service), made by services/maintain. May be called
 * again for the same source before the first task switch: the consumers are added. The table is borrowed for
 * the life of the process. */
int consumers_start(Entity *entity, const char *source, const Consumer *consumers, unsigned n);

/* Copies (id, label, owner, version) of every module the service refers to (ServiceTable.references) into
 * ref_label: scans the owner, then follows its events. */
int copies_start(Entity *entity);

/* Ends the relay and the consumers after the batch under way, gives their leases up and frees what they hold.
 * From a task; takes up to EVENTS_FETCH_US. Sets entity->stopping. */
#define EVENTS_FETCH_US INT64_C(500000)
void events_stop(Entity *entity);

/* rpc.<service>.events and rpc.<service>.<module>.scan: answered from here (registered by libs/service). An
 * answer is cut at 1 MiB: the asker goes on from the last one it was given. */
void events_answer(Entity *entity, BusRequest *request);
void scan_answer(Entity *entity, BusRequest *request, const Module *module);

/* The oldest of what is to be told in the log (event_note.h); false when there is nothing. */
struct EventNote;
bool events_note_take(Entity *entity, struct EventNote *ret);

typedef struct EventsStats {
        uint64_t published, applied, parked, redelivered, catch_ups;
        int64_t outbox;    /* rows waiting, as last seen by the relay */
        int64_t lag_us;    /* age of the last applied event when it was applied */
        int64_t oldest_at; /* realtime µs of the oldest event waiting, as last seen by the relay; 0 = none */
        bool relaying;     /* this replica holds the relay's lease */
        uint64_t faults;   /* sessions of the relay and the consumers that ended with one */
        char fault[160];   /* the last of them, for the log */
} EventsStats;
void events_stats(const Entity *entity, EventsStats *ret);
