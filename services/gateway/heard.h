#pragma once

#include "base/loop.h"
#include "base/uuid.h"

typedef struct Gateway Gateway;

/* Requests that wait for something to happen: the gateway hears the services' events, and wakes them. */

/* Who waits; on the waiter's stack. */
typedef struct Waiter {
        Uuid user;
        unsigned n_services;
        const char *const *services; /* whose events it waits for */
        uint64_t heard; /* of the gateway, before it looked: what came since need not be waited for */
        Task *task;
        bool woken;
        struct Waiter *next;
} Waiter;

/* Subscribes; with the other subscriptions at the start. */
bool heard_start(Gateway *gateway);
/* How many wait, of one person and in all. */
unsigned heard_waiting(const Gateway *gateway, const Uuid *user, unsigned *ret_all);
/* Parks until an event of its services is heard, true, or until the deadline (monotonic), false. */
bool heard_wait(Gateway *gateway, Waiter *waiter, int64_t until);
/* All who wait go on: the process ends. */
void heard_stop(Gateway *gateway);
