/* A filter in either notation becomes SQL or is refused; the SQL holds nothing of what came from outside;
 * what can be evaluated in C is never refused as SQL. */
#include <stdlib.h>
#include <string.h>

#include "entity.cauce.h"
#include "entity/filter_match.h"
#include "entity/sort.h"
#include "entity/test-runtime.h"
#include "http/json_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Try {
        TestWorld *world;
        Str in;
        bool checked; /* filter_check took it */
} Try;

/* Our SQL is made of these alone. */
static void check_sql(const StrBuf *sql)
{
        for (size_t i = 0; i < sql->len; i++)
                if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,()$ =<>'@&:",
                            sql->p[i]))
                        abort();
}

static void put(Req *rq, Try *try, const Cauce__Filter *filter)
{
        StrBuf sql = {.arena = rq->arena};
        TestWorld *world = try->world;
        const char *why;

        if (!filter)
                return;
        try->checked = filter_check(rq->arena, rq->entity, &world->module, filter, &why);
        if (try->checked)
                (void)filter_match(rq->arena, rq->entity, &world->module, filter, rq->now,
                        record_new(rq->arena, &lead_meta));
        filter_sql(rq, &world->module, filter, rq->entity->zone, &sql, pg_args(rq->arena));
        check_sql(&sql);
}

static void try_text(Req *rq, void *arg)
{
        Try *try = arg;

        put(rq, try, filter_text(rq->arena, try->in));
}

static void try_json(Req *rq, void *arg)
{
        Try *try = arg;
        JsonProblems problems = {0};

        put(rq, try,
                (const Cauce__Filter *)json_to_message(
                        rq->arena, &filter_meta, try->in, 0, &problems, NULL, NULL));
}

static void try_sort(Req *rq, void *arg)
{
        const Try *try = arg;
        StrBuf sql = {.arena = rq->arena};
        Sort sort;

        sort_parse(rq, &try->world->module, try->in, &sort);
        sort_order(&sort, NULL, &sql);
        check_sql(&sql);
}

static void try_search(Req *rq, void *arg)
{
        const Try *try = arg;
        StrBuf sql = {.arena = rq->arena};

        search_sql(rq, &try->world->module, try->in, &sql, pg_args(rq->arena));
        check_sql(&sql);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static void (*const tries[])(Req *, void *) = {try_text, try_json, try_sort, try_search};

        if (size > 8192)
                return 0;
        for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
                TestWorld world;
                world_init(&world);
                Try try = {&world, {arena_strndup(world.arena, (const char *)data, size), size}, false};
                if (!world_run(&world, tries[i], &try) && try.checked)
                        abort();
                world_done(&world);
        }
        return 0;
}
