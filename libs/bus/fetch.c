/* Pulls from durables: a request that the server ends with a status when it has delivered what there is. */

#include <stdio.h>
#include <string.h>

#include "bus/jswire.h"
#include "bus/private.h"

/* Beyond the server's own time limit before we stop listening: it then is busy or has no such durable. */
#define SERVER_GRACE_US 1000000

struct Fetch {
        Waiter waiter;
        Fetch *next, **link;
        Task *task;
        Arena *arena;
        Str stream, durable;
        unsigned max, n;
        BusMessage *messages;
        bool done;
        int outcome;
};

static void fetch_end(Fetch *fetch, int outcome)
{
        if (fetch->done)
                return;
        fetch->done = true;
        fetch->outcome = outcome;
        task_wake(fetch->task);
}

/* What names our slot is a status: 404 and 408 = no more just now, 503 = no JetStream, 400 and 409 = not this
 * request (the durable is gone, or was made for smaller batches). */
static void fetch_status(Waiter *waiter, const Packet *packet)
{
        Fetch *fetch = (Fetch *)waiter;
        switch (headers_status(packet->headers)) {
        case 404:
        case 408:
                fetch_end(fetch, 0);
                break;
        case 503:
                fetch_end(fetch, BUS_E_NO_RESPONDERS);
                break;
        case 400:
        case 409:
                fetch_end(fetch, BUS_E_DENIED);
                break;
        }
}

static void fetch_lost(Waiter *waiter, int outcome)
{
        fetch_end((Fetch *)waiter, outcome);
}

static Fetch *fetch_of(const Bus *bus, const AckSubject *ack)
{
        for (Fetch *fetch = bus->fetches; fetch; fetch = fetch->next)
                if (!fetch->done && str_eq(fetch->stream, ack->stream) &&
                        str_eq(fetch->durable, ack->durable))
                        return fetch;
        return NULL;
}

bool fetch_take(Bus *bus, const Packet *packet)
{
        AckSubject ack;
        if (!packet->reply || ack_subject_parse(str_of(packet->reply), &ack) < 0)
                return false;
        Fetch *fetch = fetch_of(bus, &ack);
        if (!fetch)
                return false;
        fetch->messages[fetch->n++] = (BusMessage){
                .subject = arena_strdup(fetch->arena, packet->subject),
                .data = arena_memdup(fetch->arena, packet->data, packet->len),
                .len = packet->len,
                .ack = arena_strdup(fetch->arena, packet->reply),
                .stream_seq = ack.stream_seq,
                .delivered = ack.delivered,
                .pending = ack.pending,
        };
        if (fetch->n == fetch->max)
                fetch_end(fetch, 0);
        return true;
}

void fetch_return(Bus *bus, const Packet *packet)
{
        AckSubject ack;
        if (packet->reply && ack_subject_parse(str_of(packet->reply), &ack) == 0)
                (void)link_publish(bus->link, packet->reply, NULL, NULL, "-NAK", 4);
}

static int fetch_run(Bus *bus, Fetch *fetch, int64_t wait_us)
{
        char reply[REPLY_MAX], body[96];
        int64_t deadline = clock_monotonic() + wait_us + SERVER_GRACE_US;
        int len = snprintf(body, sizeof body, "{\"batch\":%u,\"expires\":%lld,\"no_wait\":true}", fetch->max,
                (long long)wait_us * 1000);
        uint32_t slot = slot_take(&bus->slots, &fetch->waiter);
        fetch->next = bus->fetches;
        fetch->link = &bus->fetches;
        if (fetch->next)
                fetch->next->link = &fetch->next;
        bus->fetches = fetch;
        bus_reply_subject(bus, slot, reply);
        int r = link_publish(bus->link, fetch->waiter.subject, reply, NULL, body, (size_t)len);
        if (r == 0) {
                while (!fetch->done && task_park_until(deadline))
                        ;
                r = fetch->done ? fetch->outcome : BUS_E_TIMEOUT;
        }
        *fetch->link = fetch->next;
        if (fetch->next)
                fetch->next->link = fetch->link;
        slot_give(&bus->slots, slot);
        return r;
}

int bus_js_fetch(Bus *bus, Arena *arena, const char *stream, const char *durable, unsigned max,
        int64_t wait_us, BusMessage **ret, unsigned *ret_n)
{
        Fetch fetch = {
                .waiter = {fetch_status, fetch_lost,
                        arena_printf(arena, "$JS.API.CONSUMER.MSG.NEXT.%s.%s", stream, durable)},
                .task = task_self(),
                .arena = arena,
                .stream = str_of(stream),
                .durable = str_of(durable),
                .max = max,
                .messages = arena_array(arena, max, sizeof(BusMessage)),
        };
        bus_enter(bus);
        int r = bus_await_up(bus, clock_monotonic() + wait_us);
        if (r == 0)
                r = fetch_run(bus, &fetch, wait_us);
        bus_leave(bus);
        if (r > 0 && fetch.n > 0)
                r = 0; /* what came, came */
        if (r == 0) {
                *ret = fetch.messages;
                *ret_n = fetch.n;
        }
        return r;
}

void bus_js_ack(Bus *bus, const BusMessage *message)
{
        bus_publish(bus, message->ack, "+ACK", 4);
}

void bus_js_nak(Bus *bus, const BusMessage *message, int64_t delay_us)
{
        char body[64];
        int len = delay_us > 0
                          ? snprintf(body, sizeof body, "-NAK {\"delay\": %lld}", (long long)delay_us * 1000)
                          : snprintf(body, sizeof body, "-NAK");
        bus_publish(bus, message->ack, body, (size_t)len);
}
