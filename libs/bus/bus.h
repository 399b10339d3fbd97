#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/loop.h"

/* NATS on the loop: one nats.c connection with our own event callbacks, one subscription drained with
 * NextMsg(0), SendAsap, messages destroyed in batches. It reconnects by itself for ever. */

typedef struct Bus Bus;

typedef struct BusConfig {
        const char *url;           /* "nats://127.0.0.1:4222" */
        const char *user, *password;
        const char *name;          /* connection and service name: "leads" */
        const char *version;       /* of the build, for ADR-32 */
        const char *inbox_prefix;  /* "_INBOX.leads" */
} BusConfig;

enum BusOutcome {
        BUS_E_TIMEOUT = 1,     /* the deadline passed: the outcome is unknown */
        BUS_E_NO_RESPONDERS,   /* nobody serves the subject: nothing was done */
        BUS_E_DOWN,            /* not connected: nothing was sent */
};

int bus_open(Loop *loop, const BusConfig *config, Bus **ret); /* returns at once; connects in the background */
/* Stops taking requests, lets those under way answer (at most `wait_us`), flushes, closes. Call from a task. */
void bus_drain(Bus *bus, int64_t wait_us);
Bus *bus_close(Bus *bus);
bool bus_connected(const Bus *bus);

/* ---- asking ---- */
typedef struct BusReply {
        const uint8_t *data; /* lives as the arena */
        size_t len;
        int code;            /* 0, or the Nats-Service-Error-Code: then data is a packed cauce.Problem */
} BusReply;

/* Sends a request with the context's headers (traceparent, Cauce-Principal, Cauce-Deadline, Cauce-Lang,
 * Cauce-Idempotency-Key) and parks until the reply or context->deadline (default: 10 s from now). */
int bus_call(Bus *bus, Arena *arena, const CallContext *context, const char *subject, const void *data, size_t len,
        BusReply *ret);

/* Publishes without waiting. Delivered if connected; no error otherwise. */
void bus_publish(Bus *bus, const char *subject, const void *data, size_t len);

/* ---- answering ---- */
typedef struct BusRequest BusRequest;
struct BusRequest {
        Arena *arena;           /* of this request; ends when the handler returns and the reply is sent */
        CallContext context;    /* as it came; a fresh trace when it had none */
        const char *subject;
        const uint8_t *data;
        size_t len;
        void *arg;
        char *reply;            /* where the answer goes; NULL = nobody waits */
        const char *name;       /* of the endpoint, for ADR-32 stats */
};

/* Runs in a task of its own. Must answer with bus_reply or bus_reply_error once. */
typedef void (*BusHandler)(Bus *bus, BusRequest *request);

/* Serves `subject` (wildcards allowed) in the queue group `config.name`. At most `max_tasks` handlers run at once
 * and `max_queue` requests wait; one more is answered "busy" (503) at once, as is one whose deadline has passed.
 * Answers $SRV.PING|INFO|STATS for the service. */
int bus_serve(Bus *bus, const char *subject, unsigned max_tasks, unsigned max_queue, BusHandler handler, void *arg);
void bus_reply(Bus *bus, BusRequest *request, const void *data, size_t len);
/* `problem` is a packed cauce.Problem; `key` its code, for the Nats-Service-Error header. */
void bus_reply_error(Bus *bus, BusRequest *request, int code, const char *key, const void *problem, size_t len);

/* A plain subscription (no queue group): fn runs on the loop, outside of a task; data is valid during the call. For
 * pokes and the live stream. */
int bus_subscribe(Bus *bus, const char *subject, void (*fn)(void *arg, const char *subject, const void *data, size_t len),
        void *arg);

/* ---- JetStream, by its wire protocol ---- */
typedef struct BusPublish {
        const char *subject;
        const void *data;
        size_t len;
        const char *msg_id;          /* Nats-Msg-Id */
        uint64_t expected_last_seq;  /* UINT64_MAX = not asked for */
        /* answers: */
        int error;                   /* 0, BUS_E_TIMEOUT, BUS_E_DOWN, BUS_E_NO_RESPONDERS or JetStream's err_code (> 10000) */
        uint64_t seq;                /* in the stream */
        bool duplicate;
} BusPublish;

/* Publishes all in order and parks until each has its ack or `timeout_us` passed. Returns how many, from the first on,
 * were acknowledged without a gap. */
unsigned bus_js_publish(Bus *bus, BusPublish *messages, unsigned n, int64_t timeout_us);
/* The stream's last sequence. 0, BUS_E_* or JetStream's err_code. */
int bus_js_last_seq(Bus *bus, const char *stream, uint64_t *ret);

typedef struct BusMessage {
        const char *subject;
        const uint8_t *data;
        size_t len;
        const char *ack;       /* reply subject */
        uint64_t stream_seq;
        uint64_t delivered;    /* times, from 1 */
        uint64_t pending;      /* still in the stream after this one */
} BusMessage;

/* Pulls up to `max` messages of a durable that an administrator has made, waiting at most `wait_us` for the first.
 * Messages live as the arena. 0 (ret_n may be 0) or BUS_E_*. */
int bus_js_fetch(Bus *bus, Arena *arena, const char *stream, const char *durable, unsigned max, int64_t wait_us,
        BusMessage **ret, unsigned *ret_n);
void bus_js_ack(Bus *bus, const BusMessage *message);
/* Gives it back for redelivery after `delay_us`. */
void bus_js_nak(Bus *bus, const BusMessage *message, int64_t delay_us);

typedef struct BusStats {
        uint64_t requests, errors, busy, calls, timeouts, reconnects, processing_us;
        unsigned queued, running;
} BusStats;
void bus_stats(const Bus *bus, BusStats *ret);
