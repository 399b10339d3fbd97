/* Publishes to JetStream and reads a stream's end, by plain messages: an acknowledgement is a reply like any
 * other. */

#include <stdlib.h>

#include "bus/jswire.h"
#include "bus/private.h"

/* All messages of one bus_js_publish. */
typedef struct Batch {
        Bus *bus;
        Task *task;
        unsigned waiting;
} Batch;

/* One message that waits for its acknowledgement. */
typedef struct Ack {
        Waiter waiter;
        Batch *batch;
        BusPublish *message;
        uint32_t slot;
        bool waiting;
} Ack;

#define STATUS_NO_RESPONDERS 503
#define BAD_ANSWER           10000 /* an acknowledgement that can't be read, beside JetStream's own codes */

static void ack_end(Ack *ack, int error)
{
        if (!ack->waiting)
                return;
        ack->waiting = false;
        ack->message->error = error;
        if (--ack->batch->waiting == 0)
                task_wake(ack->batch->task);
}

static void ack_message(Waiter *waiter, const Packet *packet)
{
        Ack *ack = (Ack *)waiter;
        Str json = {(const char *)packet->data, packet->len};
        PubAck parsed;
        if (headers_status(packet->headers) == STATUS_NO_RESPONDERS) {
                ack_end(ack, BUS_E_NO_RESPONDERS);
                return;
        }
        if (puback_parse(bus_scratch(ack->batch->bus), json, &parsed) < 0) {
                ack_end(ack, BAD_ANSWER);
                return;
        }
        ack->message->seq = parsed.seq;
        ack->message->duplicate = parsed.duplicate;
        ack_end(ack, parsed.error);
}

static void ack_lost(Waiter *waiter, int outcome)
{
        ack_end((Ack *)waiter, outcome);
}

static void send_message(Bus *bus, Ack *ack)
{
        BusPublish *message = ack->message;
        HeaderBlock headers;
        char reply[REPLY_MAX];
        headers_init(&headers);
        if (message->msg_id)
                headers_put(&headers, STR("Nats-Msg-Id"), str_of(message->msg_id));
        if (message->expected_last_seq != UINT64_MAX)
                headers_put_u64(&headers, STR("Nats-Expected-Last-Sequence"), message->expected_last_seq);
        ack->slot = slot_take(&bus->slots, &ack->waiter);
        ack->waiting = true;
        ack->batch->waiting++;
        bus_reply_subject(bus, ack->slot, reply);
        int r = link_publish(bus->link, message->subject, reply, &headers, message->data, message->len);
        if (r != 0)
                ack_end(ack, r);
}

static void publish_all(Bus *bus, BusPublish *messages, unsigned n, int64_t deadline)
{
        Batch batch = {.bus = bus, .task = task_self()};
        Ack *acks = reallocarray(NULL, n, sizeof *acks);
        if (!acks)
                abort();
        for (unsigned i = 0; i < n; i++) {
                acks[i] = (Ack){
                        .waiter = {ack_message, ack_lost, messages[i].subject},
                        .batch = &batch,
                        .message = &messages[i],
                };
                send_message(bus, &acks[i]);
        }
        while (batch.waiting > 0 && task_park_until(deadline))
                ;
        for (unsigned i = 0; i < n; i++) {
                ack_end(&acks[i], BUS_E_TIMEOUT);
                slot_give(&bus->slots, acks[i].slot);
        }
        free(acks);
}

unsigned bus_js_publish(Bus *bus, BusPublish *messages, unsigned n, int64_t timeout_us)
{
        int64_t deadline = clock_monotonic() + timeout_us;
        unsigned good = 0;
        bus_enter(bus);
        for (unsigned i = 0; i < n; i++) {
                messages[i].error = BUS_E_DOWN;
                messages[i].seq = 0;
                messages[i].duplicate = false;
        }
        if (n > 0 && bus_await_up(bus, deadline) == 0)
                publish_all(bus, messages, n, deadline);
        bus_leave(bus);
        while (good < n && messages[good].error == 0)
                good++;
        return good;
}

int bus_js_last_seq(Bus *bus, const char *stream, uint64_t *ret)
{
        Arena *arena = arena_new();
        BusReply reply;
        uint64_t last;
        int error = BAD_ANSWER;
        const char *subject = arena_printf(arena, "$JS.API.STREAM.INFO.%s", stream);
        int r = bus_ask(bus, arena, subject, NULL, NULL, 0, clock_monotonic() + CALL_DEADLINE_US, &reply);
        if (r == 0)
                r = stream_info_parse(arena, (Str){(const char *)reply.data, reply.len}, &last, &error) < 0
                            ? BAD_ANSWER
                            : error;
        (void)arena_free(arena);
        if (r == 0)
                *ret = last;
        return r;
}
