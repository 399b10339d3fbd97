/* Removes, once an hour, sessions that nobody can use any more and tries that nobody counts any more. Every
 * replica does: what another has removed is gone. Sessions need no event for it: when they end stands in
 * them. */
#include "base/log.h"
#include "identity.h"
#include "own.h"

#define EVERY_US INT64_C(3600000000)
#define CHUNK    500 /* as in the statements */

static int64_t remove_chunk(Req *rq, const char *sql, const PgArgs *args, const char *table)
{
        static const Uuid any;

        return pg_affected(own_write(rq, sql, args, table, &any));
}

static void sweep(Req *rq, void *arg)
{
        static const char sessions[] =
                "DELETE FROM user_session WHERE id IN (SELECT id FROM user_session WHERE expires_at <= $1 "
                "OR seen_at <= $2 ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)";
        static const char tries[] =
                "DELETE FROM guess WHERE id IN (SELECT id FROM guess WHERE greatest(since, wait_until) < "
                "now() - interval '1 hour' ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)";
        PgArgs *args = pg_args(rq->arena);

        (void)arg;
        (void)pg_arg_timestamptz(args, rq->now);
        (void)pg_arg_timestamptz(args, rq->now - session_idle_us(rq));
        while (remove_chunk(rq, sessions, args, "user_session") == CHUNK)
                ;
        while (remove_chunk(rq, tries, pg_args(rq->arena), "guess") == CHUNK)
                ;
}

static void sweep_task(void *arg)
{
        Entity *entity = arg;

        while (!entity->stopping) {
                CallContext context = {};
                Arena *arena = arena_new();
                Req rq;

                context_new_trace(&context);
                if (!req_run_system(&rq, arena, entity, &context, sweep, NULL))
                        log_warn(context.trace, "expired sessions stay for now",
                                KV("code", msg_key(rq.problems[0].code)),
                                KV("cause", rq.cause ? rq.cause : ""));
                (void)arena_free(arena);
                task_sleep(EVERY_US);
        }
}

void sessions_sweep_start(Entity *entity)
{
        if (task_spawn(entity->loop, sweep_task, entity, NULL) != 0)
                log_warn(NULL, "no task for expired sessions", KV("service", "identity"));
}
