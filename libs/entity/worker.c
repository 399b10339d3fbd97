/* Work of one replica at a time: the task of each, its lease, and the poke. */
#include <stdio.h>
#include <stdlib.h>

#include "entity/events_private.h"
#include "entity/worker.h"

#define TAKE_US  INT64_C(500000)
#define BREAK_US INT64_C(200000)

void worker_wake(Worker *worker)
{
        worker->poked = true;
        if (worker->sleeping)
                task_wake(worker->task);
}

static const char *subject_of(const Worker *worker, char ret[static 120])
{
        (void)snprintf(ret, 120, "poke.%s.%s", worker->entity->service_name, worker->spec->name);
        return ret;
}

static void on_poke(void *arg, const char *subject, const void *data, size_t len)
{
        (void)subject;
        (void)data;
        (void)len;
        worker_wake(arg);
}

static void on_turn(void *arg)
{
        Worker *worker = arg;
        char subject[120];

        if (!worker->tell)
                return;
        worker->tell = false;
        bus_publish(worker->entity->bus, subject_of(worker, subject), "", 0);
}

void worker_poke(Worker *worker)
{
        if (worker->holding)
                worker_wake(worker);
        else
                worker->tell = true;
}

static void wait_for_poke(Worker *worker, int64_t us)
{
        int64_t until = clock_monotonic() + us;

        worker->sleeping = true;
        while (!worker->poked && !worker->entity->stopping && task_park_until(until))
                continue;
        worker->sleeping = false;
        worker->poked = false;
}

/* ---- the task ---- */

/* Works until the lease is lost, something fails or the daemon stops. */
static int hold(Worker *worker)
{
        int r = 0;

        while (r == 0 && !worker->entity->stopping) {
                arena_reset(worker->arena);
                r = worker->spec->pass(worker);
                if (r == 0)
                        wait_for_poke(worker, worker->spec->poll_us);
                else if (r == WORKER_DONE)
                        task_sleep(worker->spec->pace_us);
                if (r == 0 || r == WORKER_DONE)
                        r = lease_renew(worker->conn, &worker->lease, false);
        }
        return r;
}

static int compete(Worker *worker)
{
        int r = LEASE_LOST;

        while (r == LEASE_LOST && !worker->entity->stopping) {
                r = lease_take(worker->conn, &worker->lease);
                if (r == LEASE_LOST)
                        events_sleep(worker->entity, TAKE_US);
        }
        return r;
}

static void session(Worker *worker)
{
        int r = worker->spec->session_sql ? pg_conn_script(worker->conn, worker->spec->session_sql) : 0;

        if (r == 0)
                r = compete(worker);
        if (r == 0) {
                worker->session++;
                worker->holding = true;
                r = hold(worker);
                worker->holding = false;
                lease_give_up(worker->conn, &worker->lease);
        }
        if (r != 0 && !worker->entity->stopping)
                events_fault(worker->entity, worker->spec->name, r);
}

static void worker_task(void *arg)
{
        Worker *worker = arg;
        Entity *entity = worker->entity;

        while (!entity->stopping) {
                if (pg_conn_open(entity->loop, entity->conninfo, &worker->conn) == 0) {
                        session(worker);
                        worker->conn = pg_conn_close(worker->conn);
                        worker->lease.locked = false;
                }
                if (!entity->stopping)
                        events_sleep(entity, BREAK_US);
        }
        loop_off_turn(entity->loop, on_turn, worker);
        events_ended(entity);
}

int worker_start(Entity *entity, const WorkerSpec *spec, Worker **ret)
{
        Events *events = events_of(entity);
        Worker *worker = calloc(1, sizeof *worker);
        char subject[120];

        if (!worker)
                abort();
        *worker = (Worker){.entity = entity,
                .spec = spec,
                .arena = arena_new(),
                .own = calloc(1, spec->own_size + 1),
                .next = events->workers};
        if (!worker->own)
                abort();
        events->workers = worker;
        lease_init(&worker->lease, entity->service_name, spec->name, &entity->replica);
        int r = bus_subscribe(entity->bus, subject_of(worker, subject), on_poke, worker);
        if (r != 0)
                return r;
        loop_on_turn(entity->loop, on_turn, worker);
        *ret = worker;
        return events_spawn(entity, worker_task, worker, &worker->task);
}

Worker *worker_of(const Entity *entity, const char *name)
{
        Worker *worker = entity->events ? entity->events->workers : NULL;

        while (worker && !streq(worker->spec->name, name))
                worker = worker->next;
        return worker;
}

Worker *worker_free(Worker *worker)
{
        Worker *next = worker->next;

        (void)arena_free(worker->arena);
        free(worker->own);
        free(worker);
        return next;
}
