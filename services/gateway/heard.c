/* Hears the services' events: wakes those who wait for them, passes them on to the live stream. Owns and
 * answers nothing. */
#include <string.h>

#include "gateway.h"
#include "heard.h"

static bool waits_for(const Waiter *waiter, Str service)
{
        for (unsigned i = 0; i < waiter->n_services; i++)
                if (str_is(service, waiter->services[i]))
                        return true;
        return false;
}

static void wake(Waiter *waiter)
{
        waiter->woken = true;
        task_wake(waiter->task);
}

/* ev.<service>.<partition>.<module>.<event> */
static void on_event(void *arg, const char *subject, const void *data, size_t len)
{
        Gateway *gateway = arg;
        const char *from = subject + sizeof "ev." - 1, *dot = strchr(from, '.');

        live_heard(gateway->live, subject, data, len);
        gateway->heard++;
        for (Waiter *waiter = dot ? gateway->waiters : NULL; waiter; waiter = waiter->next)
                if (!waiter->woken && waits_for(waiter, (Str){from, (size_t)(dot - from)}))
                        wake(waiter);
}

bool heard_start(Gateway *gateway)
{
        return bus_subscribe(gateway->entity.bus, "ev.>", on_event, gateway) == 0;
}

unsigned heard_waiting(const Gateway *gateway, const Uuid *user, unsigned *ret_all)
{
        unsigned own = 0, all = 0;

        for (const Waiter *waiter = gateway->waiters; waiter; waiter = waiter->next) {
                own += uuid_compare(&waiter->user, user) == 0;
                all++;
        }
        *ret_all = all;
        return own;
}

bool heard_wait(Gateway *gateway, Waiter *waiter, int64_t until)
{
        Waiter **at = &gateway->waiters;

        waiter->task = task_self();
        waiter->woken = waiter->heard != gateway->heard;
        waiter->next = gateway->waiters;
        gateway->waiters = waiter;
        while (!waiter->woken && !gateway->entity.stopping && task_park_until(until))
                continue;
        while (*at != waiter)
                at = &(*at)->next;
        *at = waiter->next;
        return waiter->woken;
}

void heard_stop(Gateway *gateway)
{
        for (Waiter *waiter = gateway->waiters; waiter; waiter = waiter->next)
                wake(waiter);
}
