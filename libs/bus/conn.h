#pragma once

#include <event2/event.h>
#include <nats/nats.h>
#include <stdbool.h>

/* One nats.c connection on the loop, from the first try to open it until it is lost; never used again after
 * that. Private to link.c. Called on the loop's thread. */

typedef struct BusConn BusConn;

typedef struct ConnHooks {
        void (*opened)(void *arg);
        void (*trouble)(void *arg, const char *text); /* what the server or nats.c complained about */
        void *arg;
} ConnHooks;

/* Tries until it succeeds. `options` is the caller's and is left alone by others meanwhile. NULL: out of
 * memory or descriptors. */
BusConn *bus_conn_new(struct event_base *base, natsOptions *options, const ConnHooks *hooks);
/* Stops trying, or sends what is in the buffer and disconnects. Accepts NULL, returns NULL. */
BusConn *bus_conn_free(BusConn *conn);
/* NULL until it is open. */
natsConnection *bus_conn_nats(const BusConn *conn);
/* Lost: nothing but bus_conn_free is left to do. */
bool bus_conn_is_dead(BusConn *conn);
/* Writes what has been published, as much as the socket takes. */
void bus_conn_write(BusConn *conn);
/* Bytes that the socket does not take; 0 while it takes them. */
size_t bus_conn_backlog(const BusConn *conn);
