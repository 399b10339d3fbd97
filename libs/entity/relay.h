#pragma once

#include "entity/event_wire.h"
#include "entity/events_private.h"
#include "entity/lease.h"

/* The relay's parts: relay.c the task, relay_out.c rows to messages, relay_resync.c what the stream already
 * has. */

#define RELAY_CLAIM   1000 /* outbox rows of one pass */
#define RELAY_POLL_US INT64_C(250000)
#define RELAY_ACK_US  INT64_C(2000000)

struct Relay {
        Entity *entity;
        Task *task;
        bool sleeping; /* in its own wait: it may be woken */
        bool poked;
        unsigned failures; /* in a row */
        char *stream;      /* "LEADS" */
        Lease lease;
        PgConn *conn;
        Arena *arena;      /* of one pass */
        uint64_t last_seq; /* of the stream */
        /* Every event up to `settled` is committed and in the outbox or published. (pending, pending_xid) is
         * the next candidate: it holds once no transaction up to that xid runs. */
        int64_t settled, pending, pending_xid, pending_at;
        unsigned n_acked;
        int64_t acked[RELAY_CLAIM]; /* outbox rows whose events are in the stream */
        /* Of the batch `partial_head` the stream has the events up to `partial_to` already. */
        int64_t partial_head, partial_to;
};

/* What one pass publishes. heads[i] = the outbox row that is done when message i is in the stream; 0 = it has
 * more. */
typedef struct RelayOut {
        unsigned n, n_events, n_empty;
        BusPublish *messages;
        int64_t *heads;
        unsigned *events; /* in message i */
        int64_t *empty;   /* outbox rows without an event */
} RelayOut;

/* Columns before EVENT_COLUMNS in a claim. */
enum RelayColumn { RELAY_HEAD, RELAY_LAST, RELAY_NEWEST, RELAY_EVENT };
void relay_out(Relay *relay, const PgRows *rows, RelayOut *ret);

/* Reads the stream's end and removes from the outbox what is there already. 0, > 0 from the bus, < 0 from
 * PostgreSQL; LEASE_LOST. */
int relay_resync(Relay *relay);
/* Removes the acked rows. */
int relay_forget(Relay *relay);
PgStmt relay_forget_stmt(Relay *relay);
