/* Who waits for a generation of authz, and the task that reads one when there is something new: told by the
 * consumer or by identity's commits (poke.<service>.authz on the other replicas), asked for by requests that
 * come with a newer epoch, and looking by itself every second, so that a poke that is lost costs no more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entity/authz_private.h"

#define POLL_US      INT64_C(1000000)
#define PACE_US      INT64_C(2000)  /* between two looks */
#define RETRY_US     INT64_C(10000) /* while a request waits: at first */
#define RETRY_MAX_US INT64_C(80000)
#define WAIT_US      INT64_C(8000000)

struct AuthzWaiter {
        Task *task;
        AuthzWaiter *next;
};

const Module *authz_module(const char *key)
{
        for (unsigned i = 0; authz_modules[i]; i++)
                if (streq(authz_modules[i], key))
                        return module_by_key(key);
        return NULL;
}

static bool is_owner(const Entity *entity)
{
        return streq(entity->service_name, AUTHZ_SOURCE);
}

/* ---- the task ---- */

void authz_wake(AuthzWatch *watch)
{
        watch->poked = true;
        if (watch->sleeping)
                task_wake(watch->task);
}

static void waiters_wake(const AuthzWatch *watch)
{
        for (const AuthzWaiter *waiter = watch->waiters; waiter; waiter = waiter->next)
                task_wake(waiter->task);
}

static void look(AuthzWatch *watch)
{
        unsigned begun = ++watch->begun;

        watch->poked = watch->retrying = false;
        watch->result = is_owner(watch->entity) ? authz_epoch_refresh(watch) : authz_copies_look(watch);
        if (watch->result < 0)
                events_fault(watch->entity, "authz", watch->result);
        watch->done = begun;
        waiters_wake(watch);
}

static void watch_wait(AuthzWatch *watch, int64_t us)
{
        int64_t until = clock_monotonic() + us;

        watch->sleeping = true;
        while (!watch->poked && !watch->entity->stopping && task_park_until(until))
                continue;
        watch->sleeping = false;
}

/* While a request waits for what is not there yet it looks more often, and the holder of the lease is told.
 */
static void watch_task(void *arg)
{
        AuthzWatch *watch = arg;
        Entity *entity = watch->entity;
        int64_t retry = RETRY_US;

        while (!entity->stopping) {
                look(watch);
                watch->retrying = watch->waiters && (!entity->authz || entity->authz->epoch < watch->wanted);
                if (watch->retrying && entity->authz && !is_owner(entity))
                        authz_tell(watch, watch->wanted);
                bool soon = watch->retrying || watch->pending_xid;
                task_sleep(PACE_US);
                watch_wait(watch, soon ? retry : POLL_US);
                retry = !soon ? RETRY_US : retry < RETRY_MAX_US ? retry * 2 : retry;
        }
        watch->ended = true;
        waiters_wake(watch);
        if (watch->stopper)
                task_wake(watch->stopper);
}

/* "0": there is something new; else what the holder of the lease is asked for. */
static void on_poke(void *arg, const char *subject, const void *data, size_t len)
{
        AuthzWatch *watch = arg;
        Feed *feed = feed_of(watch->entity, AUTHZ_SOURCE);
        int64_t wanted = 0;

        (void)subject;
        if (parse_i64((Str){data, len}, &wanted) != 0 || wanted == 0)
                authz_wake(watch);
        else if (feed)
                feed_want(feed, wanted);
}

void authz_tell(AuthzWatch *watch, uint64_t wanted)
{
        char subject[100], text[24];

        (void)snprintf(subject, sizeof subject, "poke.%s.authz", watch->entity->service_name);
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)wanted);
        bus_publish(watch->entity->bus, subject, text, strlen(text));
        if (wanted == 0)
                authz_wake(watch);
}

int authz_start(Entity *entity)
{
        AuthzWatch *watch = calloc(1, sizeof *watch);
        char subject[100];

        if (!watch)
                abort();
        *watch = (AuthzWatch){.entity = entity, .changes = -1, .horizon = -1};
        entity->watch = watch;
        (void)snprintf(subject, sizeof subject, "poke.%s.authz", entity->service_name);
        int r = bus_subscribe(entity->bus, subject, on_poke, watch);
        if (r == 0)
                r = is_owner(entity) ? authz_epoch_start(entity) : authz_copies_start(entity);
        return r ? r : task_spawn(entity->loop, watch_task, watch, &watch->task);
}

void authz_stop(Entity *entity)
{
        AuthzWatch *watch = entity->watch;

        if (!watch)
                return;
        entity->stopping = true;
        watch->stopper = task_self();
        authz_wake(watch);
        while (!watch->ended)
                task_park();
}

void authz_watch_free(Entity *entity)
{
        free(entity->watch);
        entity->watch = NULL;
}

/* ---- requests ---- */

static bool is_current(const Req *rq)
{
        const Authz *authz = rq->entity->authz;

        return authz && authz->epoch >= rq->context.epoch;
}

void authz_wait_look(AuthzWatch *watch, int64_t deadline)
{
        AuthzWaiter self = {.task = task_self(), .next = watch->waiters}, **at = &watch->waiters;
        unsigned before = watch->done;

        watch->waiters = &self;
        if (!watch->retrying)
                authz_wake(watch);
        while (watch->done == before && !watch->ended && task_park_until(deadline))
                continue;
        while (*at != &self)
                at = &(*at)->next;
        *at = self.next;
}

const Authz *authz_of(Req *rq)
{
        AuthzWatch *watch = rq->entity->watch;
        int64_t until = clock_monotonic() + WAIT_US;

        if (rq->deadline < until)
                until = rq->deadline;
        if (watch && rq->context.epoch > watch->wanted)
                watch->wanted = rq->context.epoch;
        while (watch && !watch->ended && !is_current(rq) && clock_monotonic() < until)
                authz_wait_look(watch, until);
        if (!is_current(rq))
                req_fail(rq, UNAVAILABLE, NULL, NULL);
        return authz_hold(rq->entity, rq->arena);
}
