/* What every replica knows of assignment while it saves leads and rules: whether there are rules, and whom to
 * wake. */
#include "assign.h"

#define FRESH_US INT64_C(2000000)

static const char rules_subject[] = "poke.leads.assignment_rule";

static void on_rules(void *arg, const char *subject, const void *data, size_t len)
{
        Worker *worker = arg;
        Assigner *assigner = worker->own;

        (void)subject;
        (void)data;
        (void)len;
        assigner->stale = true;
        assigner->told++;
        worker_poke(worker);
}

static void read_rules(Req *rq, Assigner *assigner)
{
        static const char sql[] =
                "SELECT EXISTS (SELECT 1 FROM assignment_rule WHERE deleted_at IS NULL AND inactive IS NOT TRUE)";
        uint64_t told = assigner->told;
        int64_t began = clock_monotonic();
        PgRows *rows;

        assigner->reading = true;
        int r = pg_read(rq->entity->pg, rq->arena, &(PgStmt){.sql = sql}, 1, rq->deadline, &rows);
        assigner->reading = false;
        req_pg(rq, r);
        assigner->any = pg_bool(rows, 0, 0);
        assigner->read_at = began;
        if (assigner->told == told)
                assigner->stale = false;
}

bool assign_wanted(Req *rq)
{
        const Worker *worker = worker_of(rq->entity, assign_worker.name);

        if (!worker)
                return false;
        Assigner *assigner = worker->own;
        bool old = clock_monotonic() - assigner->read_at > FRESH_US;
        if (assigner->stale || (old && !assigner->reading))
                read_rules(rq, assigner);
        return assigner->any;
}

void assign_poke(Req *rq)
{
        Worker *worker = worker_of(rq->entity, assign_worker.name);

        if (worker)
                worker_poke(worker);
}

void assign_rules_changed(Req *rq)
{
        Worker *worker = worker_of(rq->entity, assign_worker.name);

        if (!worker)
                return;
        on_rules(worker, rules_subject, "", 0);
        bus_publish(rq->entity->bus, rules_subject, "", 0);
}

bool assign_start(Entity *entity)
{
        Worker *worker;

        if (worker_start(entity, &assign_worker, &worker) != 0)
                return false;
        Assigner *assigner = worker->own;
        assigner->stale = true;
        return bus_subscribe(entity->bus, rules_subject, on_rules, worker) == 0;
}
