#pragma once

#include "base/str.h"
#include "bus/bus.h"
#include "bus/headers.h"
#include "bus/link.h"

/* What the files of libs/bus share. */

#define PROMPT_UP_US     2000000  /* how long a call waits for a connection */
#define CALL_DEADLINE_US 10000000 /* of a call whose context has none */

/* ---- slots: who waits for what comes to the inbox ---- */

/* Lives on the stack of a parked task. */
typedef struct Waiter Waiter;
struct Waiter {
        /* A message came to the slot; the packet is borrowed. */
        void (*message)(Waiter *waiter, const Packet *packet);
        /* Nothing more will come: BUS_E_TIMEOUT (connection lost), BUS_E_DENIED or BUS_E_DOWN. */
        void (*lost)(Waiter *waiter, int outcome);
        const char *subject; /* what was asked */
};

typedef struct Slot {
        Waiter *waiter;      /* NULL = free */
        uint32_t generation; /* counts the slot's uses: a late reply names an older one */
        uint32_t next_free;
} Slot;

typedef struct Slots {
        Slot *slots;
        uint32_t n, free; /* free: index of the first, UINT32_MAX = none */
        uint32_t used;
} Slots;

#define DISCOVERY_SUBS 9 /* three verbs: of all, of the name, of the instance */

#define SLOT_TOKEN 16 /* hexadecimal digits: slot, generation */

uint32_t slot_take(Slots *slots, Waiter *waiter); /* aborts when out of memory */
void slot_give(Slots *slots, uint32_t slot);
void slot_token(const Slots *slots, uint32_t slot, char ret[static SLOT_TOKEN]);
/* NULL: malformed, or an answer that comes too late. */
Waiter *slot_find(const Slots *slots, Str token);
/* Tells every waiter, or those that asked `subject`, that nothing will come. */
void slots_lose(Slots *slots, const char *subject, int outcome);
void slots_done(Slots *slots);

/* ---- the bus ---- */

typedef struct Endpoint Endpoint;
typedef struct Plain Plain;
typedef struct Fetch Fetch;

struct Bus {
        Loop *loop;
        Link *link; /* NULL once closed */
        char *name, *version;
        char id[23];
        char started[28];
        char *inbox; /* "_INBOX.leads.<random>." */
        size_t inbox_len;
        Slots slots;
        Task **await_up; /* tasks that wait for the connection */
        unsigned n_await_up, await_up_cap;
        Fetch *fetches;
        Endpoint *endpoints, **last_endpoint;
        Plain *plains;
        bool discoverable; /* $SRV is subscribed */
        LinkSub *discovery[DISCOVERY_SUBS];
        BusStats stats;
        unsigned users; /* tasks inside the bus: the memory stays until the last has left */
        bool closed;
        bool ever_up;
        Arena *scratch; /* of one JSON document */
        char error[256];
};

/* A reply subject of ours. */
#define REPLY_MAX 160
void bus_reply_subject(const Bus *bus, uint32_t slot, char ret[static REPLY_MAX]);
/* Parks until connected, at most until `limit` (monotonic). 0 or BUS_E_DOWN. */
int bus_await_up(Bus *bus, int64_t limit);
/* Around every stay of a task inside the bus. */
void bus_enter(Bus *bus);
void bus_leave(Bus *bus);
/* As bus_call, without a context's headers; `deadline` is monotonic. The reply is copied into the arena. */
int bus_ask(Bus *bus, Arena *arena, const char *subject, HeaderBlock *headers, const void *data, size_t len,
        int64_t deadline, BusReply *ret);
/* Resets and returns the scratch arena. */
Arena *bus_scratch(Bus *bus);

/* ---- serve.c ---- */

struct Endpoint {
        Endpoint *next;
        Bus *bus;
        char *subject, *name;
        BusHandler handler;
        void *arg;
        unsigned max_tasks, max_queue;
        unsigned running;
        bool starting; /* a worker has been spawned and has not run yet */
        LinkSub *sub;
        natsMsg **queue; /* ring */
        unsigned head, queued, capacity;
        Arena **arenas; /* pool of the idle ones */
        unsigned n_arenas;
        uint64_t requests, errors, processing_us;
        char last_error[64];
};

unsigned endpoints_busy(const Bus *bus); /* queued and running */
void endpoints_refuse(Bus *bus);         /* answers "busy" to all that wait in queues */
void endpoints_free(Bus *bus);

/* ---- discovery.c ---- */

/* Subscribes $SRV.PING|INFO|STATS. 0 or -errno. */
int discovery_start(Bus *bus);

/* ---- jetstream ---- */

/* Gives a delivered message to the fetch that waits for it; false = none does. */
bool fetch_take(Bus *bus, const Packet *packet);
/* A delivered message whose fetch has given up: back to JetStream at once instead of after the durable's
 * ack_wait. */
void fetch_return(Bus *bus, const Packet *packet);
