/* main() of every daemon. */
#include <event2/event.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/http.h"
#include "service/daemon.h"
#include "service/metrics.h"

#define KEEP_BLOCK (1 << 20) /* larger ones come from the kernel and go back to it */
#define KEEP_FREE  (2 << 20) /* more than that at the end of the heap goes back */

static const ConfigItem common[] = {
        {"CAUCE_ADMIN_ADDR", CONFIG_ADDRESS, NULL, "host:port of /healthz, /readyz and /metrics"},
        {"CAUCE_LOG", CONFIG_TEXT, "info", "error, warn, info or debug"},
};
enum { COMMON_ADMIN, COMMON_LOG, COMMON_MAX };

static void stop_task(void *arg)
{
        Daemon *daemon = arg;

        if (daemon->started && daemon->spec->stop)
                daemon->spec->stop(daemon, daemon->spec->arg);
        loop_stop(daemon->loop);
}

void daemon_stop(Daemon *daemon)
{
        if (daemon->stopping)
                return;
        daemon->stopping = true;
        log_info(NULL, "stopping", KV("status", daemon->status));
        if (task_spawn(daemon->loop, stop_task, daemon, NULL) != 0)
                loop_stop(daemon->loop);
}

static void on_signal(evutil_socket_t signal, short what, void *arg)
{
        (void)signal;
        (void)what;
        daemon_stop(arg);
}

static void start_task(void *arg)
{
        Daemon *daemon = arg;

        if (daemon->spec->start(daemon, daemon->spec->arg)) {
                daemon->started = true;
                log_info(NULL, "started", KV("version", CAUCE_VERSION));
                return;
        }
        daemon->status = 1;
        daemon_stop(daemon);
}

/* ---- the admin address ---- */

static void answer_ready(Daemon *daemon, HttpRequest *request)
{
        const char *reason = daemon->stopping        ? "stopping"
                             : !daemon->started      ? "starting"
                             : daemon->spec->unready ? daemon->spec->unready(daemon, daemon->spec->arg)
                                                     : NULL;
        const char *text = reason ? reason : "ready";

        http_reply(request, reason ? 503 : 200, "text/plain; charset=utf-8", text, strlen(text));
}

static void answer_metrics(Daemon *daemon, HttpRequest *request)
{
        StrBuf out = {.arena = request->arena};

        metric_gauge(&out, "cauce_up", "1 when the daemon has started.", daemon->started);
        if (daemon->started && daemon->spec->metrics)
                daemon->spec->metrics(daemon, &out, daemon->spec->arg);
        http_reply(request, 200, "text/plain; version=0.0.4; charset=utf-8", out.p, out.len);
}

static void on_admin(Http *http, HttpRequest *request)
{
        Daemon *daemon = request->arg;

        (void)http;
        if (str_is(request->path, "/healthz"))
                http_reply(request, 200, "text/plain; charset=utf-8", "ok", 2);
        else if (str_is(request->path, "/readyz"))
                answer_ready(daemon, request);
        else if (str_is(request->path, "/metrics"))
                answer_metrics(daemon, request);
        else
                http_reply(request, 404, "text/plain; charset=utf-8", "not found", 9);
}

static bool admin_open(Daemon *daemon, const char *address, Http **ret)
{
        char host[64];
        HttpConfig config = {.address = host, .max_connections = 100};
        const HttpHandlers handlers = {.request = on_admin, .arg = daemon};

        if (!config_address(address, host, &config.port))
                return false;
        int r = http_open(daemon->loop, &config, &handlers, ret);
        if (r != 0)
                log_error(NULL, "cannot listen", KV("address", address), KV("error", strerror(-r)));
        return r == 0;
}

static LogLevel level_of(const char *name)
{
        static const char *const names[LOG_LEVEL_MAX] = {"error", "warn", "info", "debug"};

        for (unsigned i = 0; i < LOG_LEVEL_MAX; i++)
                if (streq(name, names[i]))
                        return (LogLevel)i;
        return LOG_LEVEL_INFO;
}

static bool configure(Daemon *daemon, const char **ret_common)
{
        unsigned n = daemon->spec->n_config;

        daemon->config = calloc(n + 1, sizeof *daemon->config);
        if (!daemon->config)
                return false;
        const char *level = getenv("CAUCE_LOG");
        log_init(daemon->spec->name, level_of(level ? level : "info"));
        return config_load(common, COMMON_MAX, ret_common) &&
               config_load(daemon->spec->config, n, daemon->config);
}

static bool help_asked(int argc, char **argv, const DaemonSpec *spec)
{
        if (argc < 2)
                return false;
        config_help(spec->name, common, COMMON_MAX);
        config_help(spec->name, spec->config, spec->n_config);
        return true;
}

/* What a request has used stays in the process for the next: handed back to the kernel by default, it is
 * unmapped and faulted in again for every answer of some size. */
static void keep_memory(void)
{
        (void)mallopt(M_MMAP_THRESHOLD, KEEP_BLOCK);
        (void)mallopt(M_TRIM_THRESHOLD, KEEP_FREE);
}

int daemon_main(int argc, char **argv, const DaemonSpec *spec)
{
        Daemon daemon = {.spec = spec};
        const char *values[COMMON_MAX];
        struct event *signals[2];
        Http *admin = NULL;

        if (help_asked(argc, argv, spec))
                return 2;
        if (!configure(&daemon, values) || sodium_init() < 0)
                return 1;
        keep_memory();
        (void)signal(SIGPIPE, SIG_IGN);
        int r = loop_new(&daemon.loop);
        if (r != 0) {
                log_error(NULL, "no event loop", KV("error", strerror(-r)));
                return 1;
        }
        signals[0] = evsignal_new(loop_base(daemon.loop), SIGTERM, on_signal, &daemon);
        signals[1] = evsignal_new(loop_base(daemon.loop), SIGINT, on_signal, &daemon);
        for (unsigned i = 0; i < 2; i++)
                (void)evsignal_add(signals[i], NULL);
        if (admin_open(&daemon, values[COMMON_ADMIN], &admin) &&
                task_spawn(daemon.loop, start_task, &daemon, NULL) == 0)
                loop_run(daemon.loop);
        else
                daemon.status = 1;
        (void)http_close(admin);
        for (unsigned i = 0; i < 2; i++)
                event_free(signals[i]);
        (void)loop_free(daemon.loop);
        free(daemon.config);
        return daemon.status;
}
