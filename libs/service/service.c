/* A daemon with modules: opens what it needs, serves, drains. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "entity/access_stats.h"
#include "entity/authz_wait.h"
#include "entity/cursor.h"
#include "entity/event_note.h"
#include "entity/events.h"
#include "entity/job.h"
#include "entity/labels.h"
#include "entity/runtime.h"
#include "service/dispatch.h"
#include "service/service.h"

#define TASKS_MAX 256
#define QUEUE_MAX 2048
#define OWN_MAX   32 /* variables of the service itself */
#define DRAIN_US  INT64_C(8000000)

enum {
        CFG_PG,
        CFG_NATS_URL,
        CFG_NATS_USER,
        CFG_NATS_PASSWORD,
        CFG_ZONE,
        CFG_CURRENCY,
        CFG_BLOBS,
        CFG_BLOBS_BYTES,
        CFG_SECRET,
        CFG_SLOW,
        CFG_MAX
};

static const ConfigItem config_items[CFG_MAX] = {
        [CFG_PG] = {"CAUCE_PG", CONFIG_SECRET, NULL, "libpq connection string of the daemon's role"},
        [CFG_NATS_URL] = {"CAUCE_NATS_URL", CONFIG_TEXT, "nats://127.0.0.1:4222", "NATS server"},
        [CFG_NATS_USER] = {"CAUCE_NATS_USER", CONFIG_TEXT, "", "NATS user"},
        [CFG_NATS_PASSWORD] = {"CAUCE_NATS_PASSWORD", CONFIG_SECRET, "", "its password"},
        [CFG_ZONE] = {"CAUCE_ZONE", CONFIG_TEXT, "America/Bogota", "IANA zone of the company"},
        [CFG_CURRENCY] = {"CAUCE_CURRENCY", CONFIG_TEXT, "COP", "ISO 4217 code of the company's currency"},
        [CFG_BLOBS] = {"CAUCE_BLOBS", CONFIG_TEXT, "", "folder of uploaded files, shared with the gateway"},
        [CFG_BLOBS_BYTES] = {"CAUCE_BLOBS_BYTES", CONFIG_NUMBER, "21474836480",
                "bytes that the files in it may take together; 0 = as many as the disk has"},
        [CFG_SECRET] = {"CAUCE_SECRET", CONFIG_SECRET, NULL,
                "the installation's secret; the same for every replica"},
        [CFG_SLOW] = {"CAUCE_SLOW_MS", CONFIG_NUMBER, "200",
                "SQL that somebody waits for as long is logged, with the trace; 0 = none"},
};

typedef struct Service {
        const ServiceOptions *options;
        Entity entity;
        Dispatch dispatch;
        const char **own_config;
        const char *secret;
        ConfigItem items[CFG_MAX + OWN_MAX];
        char version[32];
} Service;

/* One a process; reached from the entity by service_config alone. */
static Service *service_of(const Entity *entity)
{
        return (Service *)((char *)(uintptr_t)entity - offsetof(Service, entity));
}

const char *service_config(const Entity *entity, const char *name)
{
        const Service *service = service_of(entity);

        for (unsigned i = 0; i < service->options->n_config; i++)
                if (streq(service->options->config[i].name, name))
                        return service->own_config[i];
        return NULL;
}

void service_key(const Entity *entity, const char *purpose, uint8_t ret[static SERVICE_KEY])
{
        const char *secret = service_of(entity)->secret;

        (void)crypto_generichash(ret, SERVICE_KEY, (const uint8_t *)secret, strlen(secret),
                (const uint8_t *)purpose, strlen(purpose));
}

/* ---- start ---- */

static bool open_base(Service *service, Daemon *daemon)
{
        Entity *entity = &service->entity;
        uint8_t key[SERVICE_KEY];

        *entity = (Entity){.loop = daemon->loop,
                .service = service->options->table,
                .service_name = service->options->table->name,
                .conninfo = daemon->config[CFG_PG],
                .currency = daemon->config[CFG_CURRENCY],
                .blobs = {.loop = daemon->loop,
                        .folder = daemon->config[CFG_BLOBS],
                        .max_bytes = strtoull(daemon->config[CFG_BLOBS_BYTES], NULL, 10)},
                .replica = uuid_v7()};
        service->own_config = daemon->config + CFG_MAX;
        service->secret = daemon->config[CFG_SECRET];
        service->dispatch.entity = entity;
        service_key(entity, "cursor", key);
        cursor_secret(key);
        if (zone_open(daemon->config[CFG_ZONE], &entity->zone) != 0) {
                log_error(NULL, "unknown zone", KV("zone", daemon->config[CFG_ZONE]));
                return false;
        }
        return true;
}

static bool open_slow(const char *text)
{
        uint32_t ms;

        if (parse_u32(str_of(text), &ms) != 0) {
                log_error(NULL, "not a number of milliseconds", KV("variable", "CAUCE_SLOW_MS"),
                        KV("value", text));
                return false;
        }
        pg_on_slow(ms * INT64_C(1000), ms > 0 ? dispatch_slow : NULL);
        return true;
}

static bool open_servers(Service *service, Daemon *daemon)
{
        Entity *entity = &service->entity;
        const PgConfig pg = {.conninfo = daemon->config[CFG_PG]};
        const char *name = service->options->table->name;
        char inbox[80];

        (void)snprintf(inbox, sizeof inbox, "_INBOX.%s", name);
        const BusConfig bus = {.url = daemon->config[CFG_NATS_URL],
                .user = daemon->config[CFG_NATS_USER],
                .password = daemon->config[CFG_NATS_PASSWORD],
                .name = name,
                .version = CAUCE_VERSION,
                .inbox_prefix = inbox};
        int r = pg_open(daemon->loop, &pg, &entity->pg);
        if (r == 0)
                r = bus_open(daemon->loop, &bus, &entity->bus);
        if (r != 0)
                log_error(NULL, "cannot open PostgreSQL or NATS", KV("code", r));
        return r == 0;
}

/* PostgreSQL may still be on its way up: asks until it answers. */
static bool load_runtime(Entity *entity, Daemon *daemon)
{
        for (int tries = 0; !daemon->stopping; tries++) {
                int r = runtime_reload(entity);
                if (r == 0)
                        return true;
                if (tries % 20 == 0)
                        log_warn(NULL, "waiting for the schema", KV("code", r), KV("error", pg_error()));
                task_sleep(100000);
        }
        return false;
}

static void reload_task(void *arg)
{
        (void)runtime_reload(arg);
}

static void on_meta_poke(void *arg, const char *subject, const void *data, size_t len)
{
        Entity *entity = arg;

        (void)subject;
        (void)data;
        (void)len;
        (void)task_spawn(entity->loop, reload_task, entity, NULL);
}

#define WATCH_US INT64_C(1000000)

/* A line for each event, with the trace of whoever caused it. */
static void tell_events(Entity *entity)
{
        EventNote note;

        while (events_note_take(entity, &note))
                log_write(note.parked ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, note.trace,
                        note.parked ? "event parked" : "event not applied yet",
                        LOG_FIELDS(KV("source", note.source), KV("consumer", note.consumer),
                                KV("module", note.module), KV("type", note.type), KV("seq", note.seq),
                                KV("reason", note.reason)));
}

/* The relay and the consumers go on by themselves after a fault; that there was one is told here, and events
 * that were parked, since somebody must look at those. */
static void watch_task(void *arg)
{
        Entity *entity = arg;
        EventsStats before = {}, now;

        while (!entity->stopping) {
                events_stats(entity, &now);
                if (now.faults != before.faults)
                        log_warn(NULL, "events interrupted", KV("fault", now.fault),
                                KV("times", (int64_t)(now.faults - before.faults)));
                if (now.parked != before.parked)
                        log_error(NULL, "events parked", KV("events", (int64_t)(now.parked - before.parked)));
                tell_events(entity);
                before = now;
                task_sleep(WATCH_US);
        }
}

static int serve(Service *service)
{
        Entity *entity = &service->entity;
        char subject[80];

        (void)snprintf(subject, sizeof subject, "poke.%s.meta", entity->service_name);
        int r = bus_subscribe(entity->bus, subject, on_meta_poke, entity);
        (void)snprintf(subject, sizeof subject, "rpc.%s.>", entity->service_name);
        if (r == 0)
                r = bus_serve(
                        entity->bus, subject, TASKS_MAX, QUEUE_MAX, dispatch_request, &service->dispatch);
        if (r == 0)
                r = relay_start(entity);
        if (r == 0)
                r = copies_start(entity);
        if (r == 0)
                r = authz_start(entity);
        if (r == 0)
                r = jobs_start(entity);
        return r == 0 ? task_spawn(entity->loop, watch_task, entity, NULL) : r;
}

static bool on_start(Daemon *daemon, void *arg)
{
        Service *service = arg;

        if (!open_slow(daemon->config[CFG_SLOW]) || !open_base(service, daemon) ||
                !open_servers(service, daemon) || !load_runtime(&service->entity, daemon))
                return false;
        if (service->options->prepare && !service->options->prepare(&service->entity))
                return false;
        int r = serve(service);
        if (r != 0)
                log_error(NULL, "cannot serve", KV("code", r));
        return r == 0;
}

/* ---- while it runs ---- */

static const char *on_unready(Daemon *daemon, void *arg)
{
        const Service *service = arg;

        (void)daemon;
        if (!pg_ready(service->entity.pg))
                return "PostgreSQL is not reachable";
        if (!service->entity.authz)
                return "who may do what is not known yet";
        return bus_connected(service->entity.bus) ? NULL : "NATS is not reachable";
}

static void pool_metrics(const Pg *pg, StrBuf *out)
{
        PgStats stats;

        pg_stats(pg, &stats);
        metric_counter(out, "cauce_pg_gets_total", "Records asked for by id.", stats.gets);
        metric_counter(
                out, "cauce_pg_get_statements_total", "Statements that read them.", stats.get_statements);
        metric_counter(out, "cauce_pg_reads_total", "Reads by key.", stats.reads);
        metric_counter(out, "cauce_pg_lists_total", "Lists, counts and scans.", stats.lists);
        metric_counter(out, "cauce_pg_writes_total", "Write sets.", stats.writes);
        metric_counter(
                out, "cauce_pg_write_groups_total", "Transactions that carried them.", stats.write_groups);
        metric_counter(
                out, "cauce_pg_write_retries_total", "Write sets that were run again.", stats.write_retries);
        metric_counter(out, "cauce_pg_locked_total",
                "Transactions of their own, and write sets that waited for a lock.", stats.locked);
        metric_counter(out, "cauce_pg_reconnects_total", "Reconnections to PostgreSQL.", stats.reconnects);
        metric_gauge(out, "cauce_pg_connections", "Connections of the pools.", stats.connections);
        metric_gauge(out, "cauce_pg_connections_up", "Those that are up.", stats.connections_up);
        metric_gauge(out, "cauce_pg_prepared", "Statements prepared on them.", stats.prepared);
        metric_head(out, "cauce_pg_busy", "Connections in use, by pool.", METRIC_GAUGE);
        metric_value(out, "cauce_pg_busy", "pool", "list", stats.list_busy);
        metric_value(out, "cauce_pg_busy", "pool", "locked", stats.locked_busy);
        metric_head(out, "cauce_pg_waiting", "Calls waiting for a connection, by pool.", METRIC_GAUGE);
        metric_value(out, "cauce_pg_waiting", "pool", "list", stats.list_waiting);
        metric_value(out, "cauce_pg_waiting", "pool", "locked", stats.locked_waiting);
        metric_value(out, "cauce_pg_waiting", "pool", "write", stats.write_waiting);
        metric_counter(out, "cauce_slow_statements_total", "SQL waited for longer than CAUCE_SLOW_MS.",
                dispatch_slow_count());
}

static void event_metrics(const Entity *entity, StrBuf *out)
{
        EventsStats events;

        events_stats(entity, &events);
        metric_gauge(
                out, "cauce_outbox_rows", "Events not yet published, as the relay last saw.", events.outbox);
        metric_seconds(out, "cauce_relay_lag_seconds", "Age of the oldest of them.",
                events.relaying && events.oldest_at ? clock_realtime() - events.oldest_at : 0);
        metric_gauge(out, "cauce_relay_holder", "1 when this replica publishes.", events.relaying);
        metric_counter(
                out, "cauce_events_published_total", "Events published by this replica.", events.published);
        metric_counter(
                out, "cauce_events_applied_total", "Events of other services applied.", events.applied);
        metric_counter(
                out, "cauce_events_parked_total", "Events put into the dead-letter list.", events.parked);
        metric_counter(out, "cauce_events_redelivered_total", "Events that came again.", events.redelivered);
        metric_counter(
                out, "cauce_events_catch_ups_total", "Times that an owner was asked.", events.catch_ups);
        metric_seconds(out, "cauce_consumer_lag_seconds", "Age of the last event when it was applied.",
                events.lag_us);
        metric_counter(out, "cauce_events_faults_total", "Interruptions of the relay and the consumers.",
                events.faults);
}

static void on_metrics(Daemon *daemon, StrBuf *out, void *arg)
{
        Service *service = arg;
        const Entity *entity = &service->entity;
        BusStats bus;

        (void)daemon;
        bus_stats(entity->bus, &bus);
        timings_write(&service->dispatch.timings, out, "cauce_rpc", NULL, "method");
        metric_gauge(out, "cauce_rpc_queued", "Requests waiting for a task.", bus.queued);
        metric_gauge(out, "cauce_rpc_running", "Requests being answered.", bus.running);
        metric_counter(out, "cauce_rpc_busy_total", "Requests refused because the queue was full.", bus.busy);
        metric_counter(out, "cauce_bus_timeouts_total", "Calls without an answer in time.", bus.timeouts);
        metric_counter(out, "cauce_bus_reconnects_total", "Reconnections to NATS.", bus.reconnects);
        pool_metrics(entity->pg, out);
        event_metrics(entity, out);
        metric_gauge(out, "cauce_authz_epoch", "Changes of identity's rights that are in force here.",
                entity->authz ? (int64_t)entity->authz->epoch : 0);
}

static void on_stop(Daemon *daemon, void *arg)
{
        Service *service = arg;
        Entity *entity = &service->entity;

        (void)daemon;
        entity->stopping = true;
        bus_drain(entity->bus, DRAIN_US);
        jobs_stop(entity);
        authz_stop(entity);
        events_stop(entity);
        entity->bus = bus_close(entity->bus);
        entity->pg = pg_close(entity->pg);
        labels_done(entity);
        access_stats_done(entity);
        authz_watch_free(entity);
        authz_done(entity);
        runtime_done(entity);
        timings_done(&service->dispatch.timings);
}

int service_main(int argc, char **argv, const ServiceOptions *options)
{
        Service *service = calloc(1, sizeof *service);

        if (!service || options->n_config > OWN_MAX)
                return 1;
        service->options = options;
        memcpy(service->items, config_items, sizeof config_items);
        for (unsigned i = 0; i < options->n_config; i++)
                service->items[CFG_MAX + i] = options->config[i];
        const DaemonSpec spec = {.name = options->table->name,
                .config = service->items,
                .n_config = CFG_MAX + options->n_config,
                .start = on_start,
                .unready = on_unready,
                .metrics = on_metrics,
                .stop = on_stop,
                .arg = service};
        int status = daemon_main(argc, argv, &spec);
        free(service);
        return status;
}
