#pragma once

/* What the event tests share: the event sides of two services in one loop, each test a task; writers in
 * processes of their own; what the stream says. Included by tests alone. */

#include "entity/event_wire.h"
#include "entity/events_private.h"
#include "entity/labels.h"
#include "entity/runtime.h"
#include "entity/service_table.h"
#include "entity/test-servers.h"

typedef struct Service {
        Entity entity;
        ServiceTable table;
        ServiceModule module;
        char conninfo[200];
} Service;

/* ---- services ---- */

static Bus *bus_of(const char *name)
{
        const BusConfig config = {
                .url = world.url, .name = name, .version = "0", .inbox_prefix = "_INBOX.test"};
        Bus *bus = NULL;

        assert_int_equal(bus_open(world.loop, &config, &bus), 0);
        for (unsigned i = 0; i < 5000 && !bus_connected(bus); i++)
                task_sleep(1000);
        assert_true(bus_connected(bus));
        return bus;
}

static void serve(Bus *bus, BusRequest *request)
{
        Service *service = request->arg;

        if (strstr(request->subject, ".events"))
                events_answer(&service->entity, request);
        else
                scan_answer(&service->entity, request, service->module.module);
}

/* Until the server has taken our subscription. */
static void service_wait(const char *name)
{
        char subject[80];

        (void)snprintf(subject, sizeof subject, "rpc.%s.events", name);
        for (unsigned i = 0; i < 1000; i++) {
                CallContext context = {.deadline = clock_realtime() + 5000000};
                Arena *arena = arena_new();
                BusReply reply;
                int r = bus_call(world.admin, arena, &context, subject, "", 0, &reply);
                (void)arena_free(arena);
                if (r == 0)
                        return;
                task_sleep(1000);
        }
        fail_msg("%s does not answer", name);
}

UNUSED static void service_open(Service *service, const char *name, const char *module,
        const char *const *references, unsigned n_references)
{
        static const EntityHooks no_hooks;
        char subject[80];

        *service = (Service){.module = {module_by_key(module), &no_hooks}};
        assert_non_null(service->module.module);
        service->table = (ServiceTable){
                .name = name,
                .n_modules = 1,
                .modules = &service->module,
                .n_references = n_references,
                .references = references,
        };
        role_conninfo(name, service->conninfo);
        service->entity = (Entity){
                .loop = world.loop,
                .bus = bus_of(name),
                .service = &service->table,
                .service_name = name,
                .conninfo = service->conninfo,
                .currency = "COP",
                .replica = uuid_v7(),
        };
        const PgConfig config = {.conninfo = service->conninfo};
        assert_int_equal(pg_open(world.loop, &config, &service->entity.pg), 0);
        for (unsigned i = 0; i < 5000 && !pg_ready(service->entity.pg); i++)
                task_sleep(1000);
        assert_int_equal(runtime_reload(&service->entity), 0);
        (void)snprintf(subject, sizeof subject, "rpc.%s.>", name);
        assert_int_equal(bus_serve(service->entity.bus, subject, 16, 100, serve, service), 0);
        service_wait(name);
}

UNUSED static void service_close(Service *service)
{
        events_stop(&service->entity);
        service->entity.bus = bus_close(service->entity.bus);
        labels_done(&service->entity);
        runtime_done(&service->entity);
        service->entity.pg = pg_close(service->entity.pg);
}

/* ---- a test is a task ---- */

static void world_main(void *arg)
{
        world.admin = bus_of("admin");
        schema_empty("leads");
        schema_empty("activities");
        if (!world.bare) {
                stream_make("leads", 10000);
                durable_make("LEADS", "activities", "leads");
                durable_make("LEADS", "probe", "leads");
                schema_migrate("leads", "services/leads/migrations");
                schema_migrate("activities", "services/activities/migrations");
        }
        world.test(&world);
        world.admin = bus_close(world.admin);
        loop_stop(world.loop);
}

static void run_world(void (*test)(World *world))
{
        nats_start();
        world.test = test;
        assert_int_equal(loop_new(&world.loop), 0);
        assert_int_equal(task_spawn(world.loop, world_main, NULL, NULL), 0);
        loop_run(world.loop);
        world.loop = loop_free(world.loop);
        nats_end();
}

static int group_setup(void **state)
{
        server_start(&world.pg);
        world.psql = server_psql(&world.pg);
        sql("SET client_min_messages = error; CREATE EXTENSION pg_trgm SCHEMA public; "
            "ALTER DATABASE postgres SET timezone = 'UTC'");
        roles_make("leads");
        roles_make("activities");
        return 0;
}

static int group_teardown(void **state)
{
        if (world.nats)
                nats_end(); /* of a test that failed */
        PQfinish(world.psql);
        server_end(&world.pg);
        return 0;
}

/* ---- writing and reading ---- */

/* Polls every 5 ms, up to ten seconds (under a sanitizer all is slow). */
#define WAIT_FOR(condition)                                                                                  \
        do {                                                                                                 \
                int64_t until_ = clock_monotonic() + 20000000;                                               \
                while (!(condition) && clock_monotonic() < until_)                                           \
                        task_sleep(5000);                                                                    \
                if (!(condition))                                                                            \
                        fail_msg("never came true: %s", #condition);                                         \
        } while (0)

/* An event as it was heard. */
typedef struct Heard {
        int64_t seq, version, settled;
        Uuid record, id;
        uint64_t stream_seq;
        bool batch;
} Heard;

typedef struct HeardList {
        Arena *arena;
        unsigned n, cap;
        Heard *list;
} HeardList;

UNUSED static void heard_add(HeardList *list, const BusMessage *message)
{
        Arena *arena = arena_new();
        Cauce__Event **events;
        unsigned n;

        assert_int_equal(event_unpack(arena, message->subject, message->data, message->len, &events, &n), 0);
        for (unsigned i = 0; i < n; i++) {
                if (list->n == list->cap) {
                        Heard *former = list->list;
                        list->cap = list->cap ? list->cap * 2 : 1024;
                        list->list = arena_array(list->arena, list->cap, sizeof *list->list);
                        if (former)
                                memcpy(list->list, former, list->n * sizeof *former);
                }
                list->list[list->n++] = (Heard){
                        .seq = events[i]->seq,
                        .version = events[i]->version,
                        .settled = events[i]->settled,
                        .record = event_uuid(events[i]->record),
                        .id = event_uuid(events[i]->id),
                        .stream_seq = message->stream_seq,
                        .batch = n > 1,
                };
        }
        (void)arena_free(arena);
}

/* All that the stream holds after what the probe has taken so far. */
UNUSED static void hear_all(HeardList *list)
{
        for (;;) {
                Arena *arena = arena_new();
                BusMessage *messages;
                unsigned n = 0;
                assert_int_equal(
                        bus_js_fetch(world.admin, arena, "LEADS", "probe", 256, 200000, &messages, &n), 0);
                for (unsigned i = 0; i < n; i++) {
                        heard_add(list, &messages[i]);
                        bus_js_ack(world.admin, &messages[i]);
                }
                (void)arena_free(arena);
                if (n == 0)
                        return;
        }
}

/* A process of its own that runs fn(psql as the leads daemon, arg) and ends. */
UNUSED static pid_t worker(void (*fn)(PGconn *psql, unsigned arg), unsigned arg)
{
        char conninfo[200];
        pid_t pid = fork();

        if (pid != 0)
                return pid;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        role_conninfo("leads", conninfo);
        PGconn *psql = PQconnectdb(conninfo);
        if (PQstatus(psql) != CONNECTION_OK)
                _exit(1);
        fn(psql, arg);
        _exit(0);
}

/* Lets the loop run while the process does. */
UNUSED static void worker_wait(pid_t pid)
{
        int status = 0;

        while (waitpid(pid, &status, WNOHANG) == 0)
                task_sleep(2000);
        assert_int_equal(status, 0);
}
