/* Owns a bus: its life, its inbox, plain subscriptions and the numbers. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/time.h"
#include "bus/private.h"

#define LAST_FLUSH_US 500000

struct Plain {
        Plain *next;
        Bus *bus;
        void (*fn)(void *arg, const char *subject, const void *data, size_t len);
        void *arg;
};

/* ---- the inbox ---- */

void bus_reply_subject(const Bus *bus, uint32_t slot, char ret[static REPLY_MAX])
{
        memcpy(ret, bus->inbox, bus->inbox_len);
        slot_token(&bus->slots, slot, ret + bus->inbox_len);
        ret[bus->inbox_len + SLOT_TOKEN] = '\0';
}

static void on_inbox(void *arg, natsMsg *msg)
{
        Bus *bus = arg;
        Packet packet = packet_of(msg);
        Waiter *waiter = slot_find(&bus->slots, str_of(packet.subject + bus->inbox_len));
        if (waiter)
                waiter->message(waiter, &packet);
        else
                bus->stats.late++;
        link_release(msg);
}

static bool on_delivered(void *arg, natsMsg *msg)
{
        Packet packet = packet_of(msg);
        bool taken = fetch_take(arg, &packet);
        if (taken)
                link_release(msg);
        return taken;
}

static void on_stray(void *arg, natsMsg *msg)
{
        Bus *bus = arg;
        Packet packet = packet_of(msg);
        fetch_return(bus, &packet);
        bus->stats.late++;
        link_release(msg);
}

/* ---- up and down ---- */

static void wake_awaiting(Bus *bus)
{
        for (unsigned i = 0; i < bus->n_await_up; i++)
                task_wake(bus->await_up[i]);
}

static void on_up(void *arg)
{
        Bus *bus = arg;
        bus->stats.reconnects += bus->ever_up;
        bus->ever_up = true;
        bus->error[0] = '\0';
        wake_awaiting(bus);
}

static void on_down(void *arg)
{
        Bus *bus = arg;
        slots_lose(&bus->slots, NULL, BUS_E_TIMEOUT);
}

/* Permissions Violation for Publish to "rpc.x": who asked this learns it at once. */
static void on_error(void *arg, const char *text)
{
        static const char denied[] = "Publish to \"";
        Bus *bus = arg;
        (void)snprintf(bus->error, sizeof bus->error, "%s", text);
        char subject[sizeof bus->error];
        const char *from = strstr(text, denied);
        if (!from || !strcasestr(text, "permissions violation"))
                return;
        (void)snprintf(subject, sizeof subject, "%s", from + sizeof denied - 1);
        subject[strcspn(subject, "\"")] = '\0';
        slots_lose(&bus->slots, subject, BUS_E_DENIED);
}

static void await_add(Bus *bus, Task *task)
{
        if (bus->n_await_up == bus->await_up_cap) {
                bus->await_up_cap = bus->await_up_cap ? bus->await_up_cap * 2 : 16;
                bus->await_up = reallocarray(bus->await_up, bus->await_up_cap, sizeof(Task *));
                if (!bus->await_up)
                        abort();
        }
        bus->await_up[bus->n_await_up++] = task;
}

static void await_remove(Bus *bus, const Task *task)
{
        unsigned i = 0;
        while (bus->await_up[i] != task)
                i++;
        bus->await_up[i] = bus->await_up[--bus->n_await_up];
}

int bus_await_up(Bus *bus, int64_t limit)
{
        if (bus_connected(bus))
                return 0;
        int64_t prompt = clock_monotonic() + PROMPT_UP_US;
        await_add(bus, task_self());
        while (bus->link && !bus_connected(bus) && task_park_until(limit < prompt ? limit : prompt))
                ;
        await_remove(bus, task_self());
        return bus_connected(bus) ? 0 : BUS_E_DOWN;
}

bool bus_connected(const Bus *bus)
{
        return bus->link && link_is_up(bus->link);
}

const char *bus_error(const Bus *bus)
{
        return bus->error[0] ? bus->error : NULL;
}

Arena *bus_scratch(Bus *bus)
{
        arena_reset(bus->scratch);
        return bus->scratch;
}

/* ---- life ---- */

static void random_text(char *ret, size_t n)
{
        static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        uint8_t bytes[32];
        if (getrandom(bytes, n, 0) != (ssize_t)n)
                abort();
        for (size_t i = 0; i < n; i++)
                ret[i] = alphabet[bytes[i] % (sizeof alphabet - 1)];
        ret[n] = '\0';
}

static void bus_free(Bus *bus)
{
        endpoints_free(bus);
        for (Plain *plain = bus->plains, *next; plain; plain = next) {
                next = plain->next;
                free(plain);
        }
        slots_done(&bus->slots);
        (void)arena_free(bus->scratch);
        free(bus->await_up);
        free(bus->inbox);
        free(bus->version);
        free(bus->name);
        free(bus);
}

void bus_enter(Bus *bus)
{
        bus->users++;
}

void bus_leave(Bus *bus)
{
        if (--bus->users == 0 && bus->closed)
                bus_free(bus);
}

static int set_inbox(Bus *bus, const char *prefix)
{
        char random[23];
        random_text(random, sizeof random - 1);
        int n = asprintf(&bus->inbox, "%s.%s.*", prefix, random);
        if (n < 0)
                return -ENOMEM;
        if ((size_t)n + SLOT_TOKEN >= REPLY_MAX)
                return -EINVAL;
        bus->inbox_len = (size_t)n - 1;
        return 0;
}

static int bus_fill(Bus *bus, const BusConfig *config)
{
        const LinkConfig link = {
                .url = config->url,
                .user = config->user,
                .password = config->password,
                .name = config->name,
                .up = on_up,
                .down = on_down,
                .error = on_error,
                .delivered = on_delivered,
                .stray = on_stray,
                .arg = bus,
        };
        LinkSub *inbox;
        bus->name = strdup(config->name);
        bus->version = strdup(config->version);
        bus->scratch = arena_new();
        random_text(bus->id, sizeof bus->id - 1);
        instant_format(clock_realtime(), bus->started);
        if (!bus->name || !bus->version)
                return -ENOMEM;
        int r = set_inbox(bus, config->inbox_prefix);
        if (r == 0)
                r = link_open(bus->loop, &link, &bus->link);
        if (r == 0)
                r = link_subscribe(bus->link, bus->inbox, NULL, on_inbox, bus, &inbox);
        return r;
}

int bus_open(Loop *loop, const BusConfig *config, Bus **ret)
{
        Bus *bus = calloc(1, sizeof *bus);
        if (!bus)
                return -ENOMEM;
        *bus = (Bus){.loop = loop, .last_endpoint = &bus->endpoints};
        int r = bus_fill(bus, config);
        if (r < 0)
                (void)bus_close(bus);
        else
                *ret = bus;
        return r;
}

/* Tasks that wait inside the bus are told and leave it in their own turn. */
static void bus_disconnect(Bus *bus)
{
        endpoints_refuse(bus);
        bus->link = link_close(bus->link);
        wake_awaiting(bus);
}

Bus *bus_close(Bus *bus)
{
        if (!bus)
                return NULL;
        bus_enter(bus);
        bus_disconnect(bus);
        bus->closed = true;
        bus_leave(bus);
        return NULL;
}

static void stop_serving(Bus *bus)
{
        for (const Endpoint *endpoint = bus->endpoints; endpoint; endpoint = endpoint->next)
                link_unsubscribe(bus->link, endpoint->sub);
        for (unsigned i = 0; i < DISCOVERY_SUBS && bus->discovery[i]; i++)
                link_unsubscribe(bus->link, bus->discovery[i]);
}

void bus_drain(Bus *bus, int64_t wait_us)
{
        int64_t until = clock_monotonic() + wait_us;
        bus_enter(bus);
        if (bus->link) {
                stop_serving(bus);
                link_flush(bus->link, wait_us);
                while (endpoints_busy(bus) > 0 && clock_monotonic() < until)
                        task_sleep(1000);
                endpoints_refuse(bus);
                link_flush(bus->link, LAST_FLUSH_US);
                bus_disconnect(bus);
        }
        bus_leave(bus);
}

/* ---- publishing and plain subscriptions ---- */

void bus_publish(Bus *bus, const char *subject, const void *data, size_t len)
{
        if (bus->link)
                (void)link_publish(bus->link, subject, NULL, NULL, data, len);
}

static void on_plain(void *arg, natsMsg *msg)
{
        Plain *plain = arg;
        Packet packet = packet_of(msg);
        plain->fn(plain->arg, packet.subject, packet.data, packet.len);
        link_release(msg);
}

int bus_subscribe(Bus *bus, const char *subject,
        void (*fn)(void *arg, const char *subject, const void *data, size_t len), void *arg)
{
        LinkSub *sub;
        Plain *plain = calloc(1, sizeof *plain);
        if (!plain)
                return -ENOMEM;
        *plain = (Plain){.next = bus->plains, .bus = bus, .fn = fn, .arg = arg};
        int r = bus->link ? link_subscribe(bus->link, subject, NULL, on_plain, plain, &sub) : -ENOTCONN;
        if (r < 0) {
                free(plain);
                return r;
        }
        bus->plains = plain;
        return 0;
}

void bus_stats(const Bus *bus, BusStats *ret)
{
        *ret = bus->stats;
        ret->queued = ret->running = 0;
        for (const Endpoint *endpoint = bus->endpoints; endpoint; endpoint = endpoint->next) {
                ret->queued += endpoint->queued;
                ret->running += endpoint->running;
        }
}
