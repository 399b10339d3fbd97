/* A daemon with modules: opens what it needs, serves, drains. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "entity/access_stats.h"
#include "entity/authz_wait.h"
#include "entity/cursor.h"
#include "entity/events.h"
#include "entity/job.h"
#include "entity/labels.h"
#include "entity/runtime.h"
#include "service/dispatch.h"
#include "service/service.h"
#include "service/service_metrics.h"
#include "service/service_watch.h"

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
        return r == 0 ? service_watch(entity) : r;
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

static void on_metrics(Daemon *daemon, StrBuf *out, void *arg)
{
        const Service *service = arg;

        (void)daemon;
        timings_write(&service->dispatch.timings, out, "cauce_rpc", NULL, "method");
        service_metrics(&service->entity, out);
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
