/* Asks: publishes a request with a reply slot and parks the task until the answer, the deadline or the loss
 * of the connection. */

#include "bus/private.h"

typedef struct Call {
        Waiter waiter;
        Task *task;
        Arena *arena;
        bool done;
        int outcome;
        BusReply reply;
} Call;

#define NO_RESPONDERS 503

static void call_end(Call *call, int outcome)
{
        call->done = true;
        call->outcome = outcome;
        task_wake(call->task);
}

static void call_message(Waiter *waiter, const Packet *packet)
{
        Call *call = (Call *)waiter;
        uint32_t code = 0;
        if (call->done)
                return;
        if (packet->headers.len > 0) {
                if (packet->len == 0 && headers_status(packet->headers) == NO_RESPONDERS) {
                        call_end(call, BUS_E_NO_RESPONDERS);
                        return;
                }
                Str value = headers_find(packet->headers, STR("Nats-Service-Error-Code"));
                if (value.len > 0 && (parse_u32(value, &code) < 0 || code < 400 || code > 599))
                        code = 500;
        }
        call->reply = (BusReply){
                .data = arena_memdup(call->arena, packet->data, packet->len),
                .len = packet->len,
                .code = (int)code,
        };
        call_end(call, 0);
}

static void call_lost(Waiter *waiter, int outcome)
{
        Call *call = (Call *)waiter;
        if (!call->done)
                call_end(call, outcome);
}

static int await_reply(Call *call, int64_t deadline)
{
        while (!call->done)
                if (!task_park_until(deadline) && !call->done)
                        return BUS_E_TIMEOUT;
        return call->outcome;
}

int bus_ask(Bus *bus, Arena *arena, const char *subject, HeaderBlock *headers, const void *data, size_t len,
        int64_t deadline, BusReply *ret)
{
        Call call = {
                .waiter = {.message = call_message, .lost = call_lost, .subject = subject},
                .task = task_self(),
                .arena = arena,
        };
        char reply[REPLY_MAX];
        bus_enter(bus);
        int r = bus_await_up(bus, deadline);
        if (r == 0) {
                uint32_t slot = slot_take(&bus->slots, &call.waiter);
                bus_reply_subject(bus, slot, reply);
                r = link_publish(bus->link, subject, reply, headers, data, len);
                if (r == 0)
                        r = await_reply(&call, deadline);
                slot_give(&bus->slots, slot);
        }
        bus->stats.calls++;
        bus->stats.timeouts += r == BUS_E_TIMEOUT;
        bus_leave(bus);
        if (r == 0)
                *ret = call.reply;
        return r;
}

int bus_call(Bus *bus, Arena *arena, const CallContext *context, const char *subject, const void *data,
        size_t len, BusReply *ret)
{
        static const CallContext nobody = {};
        HeaderBlock headers;
        if (!context)
                context = &nobody;
        headers_init(&headers);
        int64_t now = clock_realtime();
        int64_t until = context->deadline > 0 ? context->deadline : now + CALL_DEADLINE_US;
        int r = headers_put_context(&headers, context, until);
        if (r < 0)
                return r;
        return bus_ask(bus, arena, subject, &headers, data, len, clock_monotonic() + (until - now), ret);
}
