#pragma once

#include "entity/entity.h"

/* Events out and in (design rule 5): the relay, the consumers, the copies of foreign labels, the feed. */

/* Starts this service's relay: a task that competes for the service's advisory lock and, holding it, publishes the
 * outbox in seq order. Woken by events_poke and by rpc poke.<service> of other replicas; polls as a backstop. */
int relay_start(Entity *entity);
/* Tells the relay that something was committed (cheap; once per turn is enough): also to other replicas. */
void relay_poke(Entity *entity);

/* One event as a consumer sees it; the messages live as the arena. */
typedef struct Cauce__Event Cauce__Event_;
typedef struct EventIn {
        Arena *arena;
        const struct Cauce__Event *event;
        const Module *module;            /* NULL = a module this build does not know */
        const ProtobufCMessage *before;  /* NULL = absent */
        const ProtobufCMessage *after;
        PgConn *conn;                    /* the apply transaction */
} EventIn;

/* 0 = applied; > 0 = poison: parked with `reason`; < 0 = fault: the batch is given back and tried again. */
typedef int (*EventApply)(Entity *entity, const EventIn *in, const char **ret_reason);

typedef struct Consumer {
        const char *name;    /* of the consumer in this service: "copies"; with inbox rows unless `copy` */
        const char *source;  /* service whose stream it reads */
        bool copy;           /* compares versions itself: no inbox */
        EventApply apply;
} Consumer;

/* Starts the task that holds the lease for (this service, source) and feeds every consumer of that source. One durable
 * per (consumer service, source service). Call once per source with all its consumers. */
int consumers_start(Entity *entity, const char *source, const Consumer *consumers, unsigned n);

/* Copies (id, label, owner, version) of every module the service refers to (ServiceTable.references) into ref_label:
 * opens the consumer, scans the owner, then follows. */
int copies_start(Entity *entity);

/* rpc.<service>.events and rpc.<service>.<module>.scan: answered from here (registered by libs/service). */
void events_answer(Entity *entity, BusRequest *request);
void scan_answer(Entity *entity, BusRequest *request, const Module *module);

typedef struct EventsStats {
        uint64_t published, applied, parked, redelivered;
        int64_t outbox;      /* rows waiting, as last seen by the relay */
        int64_t lag_us;      /* age of the last applied event when it was applied */
        bool relaying;       /* this replica holds the relay's lock */
} EventsStats;
void events_stats(const Entity *entity, EventsStats *ret);
