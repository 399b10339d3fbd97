#pragma once

#include <nats/nats.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/str.h"
#include "bus/headers.h"

/* The wire below the bus: a nats.c connection that lives on the loop and is opened again for ever. Private to
 * libs/bus. Every function is called on the loop's thread. */

typedef struct Link Link;
typedef struct LinkSub LinkSub;

/* Owns the message and gives it back with link_release, now or later. */
typedef void (*LinkReceive)(void *arg, natsMsg *msg);

typedef struct LinkConfig {
        const char *url, *user, *password, *name; /* url: one or several, separated by commas */
        void (*up)(void *arg);                    /* connected, subscriptions sent */
        void (*down)(void *arg);                  /* the connection is lost, with all that was under way */
        /* A message that JetStream delivered; false: it was not asked for here, and is still the link's. */
        bool (*delivered)(void *arg, natsMsg *msg);
        LinkReceive stray;                          /* a message whose subject no subscription names */
        void (*error)(void *arg, const char *text); /* what the server or nats.c complained about */
        void *arg;
} LinkConfig;

/* The first connection is made in the background. 0 or -errno. */
int link_open(Loop *loop, const LinkConfig *config, Link **ret);
/* Sends what is in the buffer, disconnects and frees. The subscriptions die with it. */
Link *link_close(Link *link);
bool link_is_up(const Link *link);

/* Kept over reconnections; `queue` may be NULL. The texts are copied. 0, -EEXIST when a message could be
 * meant for this and for another subscription of the link, -EINVAL or -ENOMEM. */
int link_subscribe(
        Link *link, const char *subject, const char *queue, LinkReceive fn, void *arg, LinkSub **ret);
/* Ends a subscription for good; what the server sends until it has heard of it is still received. */
void link_unsubscribe(Link *link, LinkSub *sub);
/* Parks until the server has heard all that was published, at most `wait_us`. */
void link_flush(Link *link, int64_t wait_us);

/* `reply` and `headers` may be NULL. Goes out at the end of the turn. 0, BUS_E_DOWN, -EINVAL (subject,
 * headers), -EMSGSIZE. */
int link_publish(Link *link, const char *subject, const char *reply, const HeaderBlock *headers,
        const void *data, size_t len);
void link_release(natsMsg *msg);

/* A message's parts, borrowed from it. `headers` is the raw block with its first line, empty when there is
 * none. */
typedef struct Packet {
        const char *subject, *reply;
        Str headers;
        const uint8_t *data;
        size_t len;
} Packet;

Packet packet_of(natsMsg *msg);
