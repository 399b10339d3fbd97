#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/loop.h"

/* NATS on the loop: one nats.c connection with our own event callbacks, whose messages are taken on the
 * loop's thread and whose output goes out once a turn. It reconnects by itself for ever. Functions that park
 * are called from tasks; all are called on the loop's thread. */

typedef struct Bus Bus;

typedef struct BusConfig {
        const char *url; /* "nats://127.0.0.1:4222"; several with commas between them */
        const char *user, *password;
        const char *name;         /* connection and service name: "leads" */
        const char *version;      /* of the build, for ADR-32 */
        const char *inbox_prefix; /* "_INBOX.leads" */
} BusConfig;

enum BusOutcome {
        BUS_E_TIMEOUT = 1,   /* the deadline passed or the connection broke: the outcome is unknown */
        BUS_E_NO_RESPONDERS, /* nobody serves the subject: nothing was done */
        BUS_E_DOWN,          /* not connected: nothing was sent */
        BUS_E_DENIED,        /* the server refuses us the subject: nothing was done */
};

/* Returns at once; connects in the background. `config` is copied. 0, -EINVAL or -ENOMEM. */
int bus_open(Loop *loop, const BusConfig *config, Bus **ret);
/* Stops taking requests, lets those under way answer (at most `wait_us`; what still waits then is told
 * "busy"), flushes and disconnects: only bus_close is left to do. Parks. */
void bus_drain(Bus *bus, int64_t wait_us);
/* Disconnects. Calls under way end with BUS_E_TIMEOUT, handlers go on and their answers go nowhere; the
 * memory goes with the last of them. Not while bus_drain runs, nor from a bus_subscribe function. Accepts
 * NULL, returns NULL. */
Bus *bus_close(Bus *bus);
bool bus_connected(const Bus *bus);
/* What the server or the client library complained about last on this connection; NULL = nothing. */
const char *bus_error(const Bus *bus);

/* ---- asking ---- */
typedef struct BusReply {
        const uint8_t *data; /* lives as the arena */
        size_t len;
        int code; /* 0, or the Nats-Service-Error-Code: then data is a packed cauce.Problem */
} BusReply;

/* Sends a request with the context's headers (traceparent, Cauce-Principal, Cauce-Deadline, Cauce-Lang,
 * Cauce-Idempotency-Key) and parks until the reply or context->deadline (default: 10 s from now). `context`
 * may be NULL. While there is no connection it waits for one, 2 s at most. 0; BUS_E_*; -EINVAL: the subject
 * or the idempotency key can't travel; -EMSGSIZE: over the server's max_payload. */
int bus_call(Bus *bus, Arena *arena, const CallContext *context, const char *subject, const void *data,
        size_t len, BusReply *ret);

/* Publishes without waiting. Delivered if connected; no error otherwise. */
void bus_publish(Bus *bus, const char *subject, const void *data, size_t len);

/* ---- answering ---- */
typedef struct BusRequest BusRequest;
struct BusRequest {
        Arena *arena;        /* of this request; ends when the handler returns and the reply is sent */
        CallContext context; /* as it came; a fresh trace when it had none */
        const char *subject;
        const uint8_t *data;
        size_t len;
        void *arg;
        char *reply;      /* where the answer goes: an inbox */
        const char *name; /* of the endpoint, for ADR-32 stats */
};

/* Runs in a task of its own. Must answer with bus_reply or bus_reply_error once; one that does not is
 * answered 500 "internal" by the bus. */
typedef void (*BusHandler)(Bus *bus, BusRequest *request);

/* Serves `subject` (wildcards allowed) in the queue group `config.name`. At most `max_tasks` handlers run at
 * once and `max_queue` requests wait; one more is answered 503 "busy" at once. One whose deadline has passed
 * is answered 504 "timeout", one with malformed headers 400 "bad_request", without running. One whose reply
 * subject is no inbox ("_INBOX.…"), or that has none, is dropped. Answers
 * $SRV.PING|INFO|STATS for the service. The subjects of one bus must not overlap (-EEXIST). 0 or -errno. */
int bus_serve(
        Bus *bus, const char *subject, unsigned max_tasks, unsigned max_queue, BusHandler handler, void *arg);
void bus_reply(Bus *bus, BusRequest *request, const void *data, size_t len);
/* `problem` is a packed cauce.Problem; `key` its code, for the Nats-Service-Error header. */
void bus_reply_error(
        Bus *bus, BusRequest *request, int code, const char *key, const void *problem, size_t len);

/* A plain subscription (no queue group): fn runs on the loop, outside of a task; data is valid during the
 * call. For pokes and the live stream. 0 or -errno, -EEXIST as above. */
int bus_subscribe(Bus *bus, const char *subject,
        void (*fn)(void *arg, const char *subject, const void *data, size_t len), void *arg);

/* ---- JetStream, by its wire protocol ---- */
typedef struct BusPublish {
        const char *subject;
        const void *data;
        size_t len;
        const char *msg_id;         /* Nats-Msg-Id */
        uint64_t expected_last_seq; /* UINT64_MAX = not asked for */
        /* answers: */
        int error;    /* 0, BUS_E_*, -EINVAL, -EMSGSIZE or JetStream's err_code (>= 10000) */
        uint64_t seq; /* in the stream */
        bool duplicate;
} BusPublish;

/* Publishes all in order and parks until each has its ack or `timeout_us` passed. Returns how many, from the
 * first on, were acknowledged without a gap. A message after a gap may have been stored all the same: read
 * the stream's end. */
unsigned bus_js_publish(Bus *bus, BusPublish *messages, unsigned n, int64_t timeout_us);
/* The stream's last sequence. 0, BUS_E_* or JetStream's err_code. */
int bus_js_last_seq(Bus *bus, const char *stream, uint64_t *ret);

typedef struct BusMessage {
        const char *subject;
        const uint8_t *data;
        size_t len;
        const char *ack; /* reply subject */
        uint64_t stream_seq;
        uint64_t delivered; /* times, from 1 */
        uint64_t pending;   /* still in the stream after this one */
} BusMessage;

/* Pulls up to `max` (> 0) messages of a durable that an administrator has made, waiting at most `wait_us` for
 * the first; what is there by then is returned without waiting for more. Messages live as the arena. One
 * fetch of a durable at a time. 0 (ret_n may be 0) or BUS_E_*: TIMEOUT when no such durable answers, DENIED
 * when it refuses (deleted, batch too large). */
int bus_js_fetch(Bus *bus, Arena *arena, const char *stream, const char *durable, unsigned max,
        int64_t wait_us, BusMessage **ret, unsigned *ret_n);
void bus_js_ack(Bus *bus, const BusMessage *message);
/* Gives it back for redelivery after `delay_us`. */
void bus_js_nak(Bus *bus, const BusMessage *message, int64_t delay_us);

typedef struct BusStats {
        uint64_t requests, errors, busy, calls, timeouts, reconnects, processing_us;
        uint64_t late;    /* answers that came when nobody waited any more */
        uint64_t dropped; /* requests whose reply subject is no inbox */
        unsigned queued, running;
} BusStats;
void bus_stats(const Bus *bus, BusStats *ret);
