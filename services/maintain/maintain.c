/* The daemon maintain: brings every schema, stream and durable up to date at its start and hourly, as the
 * only holder of the owners' roles and of NATS' administrator. Owns no schema, answers nothing. `maintain
 * --once` does it once and says by its exit whether all went well. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "maintain.h"
#include "service/daemon.h"
#include "service/metrics.h"

#define EVERY_US   INT64_C(3600000000)
#define AGAIN_US   INT64_C(60000000) /* after a failure */
#define CONNECT_US INT64_C(10000000)
#define OWNER      "CAUCE_OWNER_PG_"

enum { CFG_MIGRATIONS, CFG_NATS_URL, CFG_NATS_USER, CFG_NATS_PASSWORD, CFG_STREAM_BYTES, CFG_MAX };

static const ConfigItem config_items[CFG_MAX] = {
        [CFG_MIGRATIONS] = {"CAUCE_MIGRATIONS", CONFIG_FOLDER, NULL,
                "migrations: entity/ and a folder for each service"},
        [CFG_NATS_URL] = {"CAUCE_NATS_URL", CONFIG_TEXT, "nats://127.0.0.1:4222", "NATS server"},
        [CFG_NATS_USER] = {"CAUCE_NATS_USER", CONFIG_TEXT, "", "NATS administrator"},
        [CFG_NATS_PASSWORD] = {"CAUCE_NATS_PASSWORD", CONFIG_SECRET, "", "its password"},
        [CFG_STREAM_BYTES] = {"CAUCE_STREAM_BYTES", CONFIG_NUMBER, "1073741824",
                "room for one service's stream; then the oldest go"},
};

/* Every service with an owner's credentials in the environment: CAUCE_OWNER_PG_LEADS is that of leads. */
static bool databases_maintain(Maintain *maintain)
{
        bool good = true;
        unsigned n = 0;

        for (char **entry = environ; *entry && !maintain->stopping; entry++) {
                char name[64] = {};
                const char *equals = strchr(*entry, '=');
                size_t prefix = sizeof OWNER - 1;
                if (!equals || strncmp(*entry, OWNER, prefix) != 0 ||
                        (size_t)(equals - *entry) - prefix >= sizeof name)
                        continue;
                for (size_t i = prefix; *entry + i < equals; i++)
                        name[i - prefix] =
                                (char)((*entry)[i] | ((*entry)[i] >= 'A' && (*entry)[i] <= 'Z' ? 0x20 : 0));
                good &= database_maintain(maintain, name, equals + 1);
                n++;
        }
        if (n == 0)
                log_warn(NULL, "no schema to look after", KV("variables", OWNER "*"));
        return good;
}

static bool connected(Maintain *maintain)
{
        int64_t until = clock_monotonic() + CONNECT_US;

        while (!bus_connected(maintain->bus) && !maintain->stopping && clock_monotonic() < until)
                task_sleep(10000);
        if (!bus_connected(maintain->bus))
                log_error(NULL, "cannot reach NATS as its administrator");
        return bus_connected(maintain->bus);
}

static bool maintain_run(Maintain *maintain)
{
        bool good = databases_maintain(maintain);

        good = connected(maintain) && streams_maintain(maintain) && good;
        maintain->runs++;
        maintain->failures += !good;
        maintain->good = good;
        return good;
}

static bool maintain_open(Maintain *maintain, Loop *loop, const char *const *config)
{
        const BusConfig bus = {
                .url = config[CFG_NATS_URL],
                .user = config[CFG_NATS_USER][0] ? config[CFG_NATS_USER] : NULL,
                .password = config[CFG_NATS_PASSWORD],
                .name = "maintain",
                .version = CAUCE_VERSION,
                .inbox_prefix = "_INBOX.maintain",
        };

        maintain->loop = loop;
        maintain->migrations = config[CFG_MIGRATIONS];
        if (parse_i64(str_of(config[CFG_STREAM_BYTES]), &maintain->stream_bytes) != 0)
                return false;
        int r = bus_open(loop, &bus, &maintain->bus);
        if (r != 0)
                log_error(NULL, "cannot use the NATS configuration", KV("code", r));
        return r == 0;
}

/* ---- hourly ---- */

static void hourly(void *arg)
{
        Maintain *maintain = arg;

        while (!maintain->stopping) {
                int64_t until = clock_monotonic() + (maintain_run(maintain) ? EVERY_US : AGAIN_US);
                maintain->waiting = true;
                while (!maintain->stopping && task_park_until(until))
                        continue;
                maintain->waiting = false;
        }
        maintain->task = NULL;
}

static bool on_start(Daemon *daemon, void *arg)
{
        Maintain *maintain = arg;

        return maintain_open(maintain, daemon->loop, daemon->config) &&
               task_spawn(daemon->loop, hourly, maintain, &maintain->task) == 0;
}

static const char *on_unready(Daemon *daemon, void *arg)
{
        const Maintain *maintain = arg;

        if (maintain->runs == 0)
                return "the first run is under way";
        return maintain->good ? NULL : "the last run failed: see the log";
}

static void on_metrics(Daemon *daemon, StrBuf *out, void *arg)
{
        const Maintain *maintain = arg;

        metric_counter(out, "cauce_maintain_runs_total", "Runs.", maintain->runs);
        metric_counter(out, "cauce_maintain_failures_total", "Runs that met a problem.", maintain->failures);
        metric_gauge(out, "cauce_maintain_good", "1 when the last run went through.", maintain->good);
}

static void on_stop(Daemon *daemon, void *arg)
{
        Maintain *maintain = arg;

        maintain->stopping = true;
        if (maintain->task && maintain->waiting)
                task_wake(maintain->task);
        while (maintain->task)
                task_sleep(10000);
        maintain->bus = bus_close(maintain->bus);
}

/* ---- once ---- */

static void once(void *arg)
{
        Maintain *maintain = arg;

        (void)maintain_run(maintain);
        loop_stop(maintain->loop);
}

static int run_once(Maintain *maintain)
{
        const char *config[CFG_MAX];
        Loop *loop;

        log_init("maintain", LOG_LEVEL_INFO);
        if (!config_load(config_items, CFG_MAX, config) || sodium_init() < 0 || loop_new(&loop) != 0)
                return 1;
        if (maintain_open(maintain, loop, config) && task_spawn(loop, once, maintain, NULL) == 0)
                loop_run(loop);
        maintain->bus = bus_close(maintain->bus);
        loop = loop_free(loop);
        return maintain->good ? 0 : 1;
}

int main(int argc, char **argv)
{
        Maintain maintain = {};
        const DaemonSpec spec = {.name = "maintain",
                .config = config_items,
                .n_config = CFG_MAX,
                .start = on_start,
                .unready = on_unready,
                .metrics = on_metrics,
                .stop = on_stop,
                .arg = &maintain};

        if (argc == 2 && streq(argv[1], "--once"))
                return run_once(&maintain);
        return daemon_main(argc, argv, &spec);
}
