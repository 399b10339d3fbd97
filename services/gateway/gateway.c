/* The daemon gateway: owns nothing; answers HTTP under /api/v1 by asking the services over NATS, and serves
 * the web client. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "gateway.h"
#include "heard.h"
#include "openapi.h"
#include "service/daemon.h"

#define DRAIN_US       INT64_C(8000000)
#define CERTIFICATE_US INT64_C(5000000)

enum {
        CFG_HTTP_ADDR,
        CFG_HTTP_PORT,
        CFG_NATS_URL,
        CFG_NATS_USER,
        CFG_NATS_PASSWORD,
        CFG_REDIS,
        CFG_WEB,
        CFG_BLOBS,
        CFG_BLOBS_BYTES,
        CFG_UPLOAD_BYTES,
        CFG_ZONE,
        CFG_CURRENCY,
        CFG_COMPANY,
        CFG_CERTIFICATE,
        CFG_KEY,
        CFG_ORIGINS,
        CFG_PROXIES,
        CFG_LIMIT_ADDRESS,
        CFG_LIMIT_USER,
        CFG_LIMIT_KEY,
        CFG_MAX
};

static const ConfigItem config_items[CFG_MAX] = {
        [CFG_HTTP_ADDR] = {"CAUCE_HTTP_ADDR", CONFIG_TEXT, "127.0.0.1", "address to serve on"},
        [CFG_HTTP_PORT] = {"CAUCE_HTTP_PORT", CONFIG_NUMBER, "8080", "port to serve on"},
        [CFG_NATS_URL] = {"CAUCE_NATS_URL", CONFIG_TEXT, "nats://127.0.0.1:4222", "NATS server"},
        [CFG_NATS_USER] = {"CAUCE_NATS_USER", CONFIG_TEXT, "", "NATS user"},
        [CFG_NATS_PASSWORD] = {"CAUCE_NATS_PASSWORD", CONFIG_SECRET, "", "its password"},
        [CFG_REDIS] = {"CAUCE_REDIS", CONFIG_TEXT, "", "Redis' unix socket; empty = no cache"},
        [CFG_WEB] = {"CAUCE_WEB", CONFIG_TEXT, "", "folder of the web client; empty = API alone"},
        [CFG_BLOBS] = {"CAUCE_BLOBS", CONFIG_TEXT, "", "folder of uploaded files, shared with the services"},
        [CFG_BLOBS_BYTES] = {"CAUCE_BLOBS_BYTES", CONFIG_NUMBER, "21474836480",
                "bytes that the files in it may take together; 0 = as many as the disk has"},
        [CFG_UPLOAD_BYTES] = {"CAUCE_UPLOAD_BYTES", CONFIG_NUMBER, "209715200", "bytes of one file at most"},
        [CFG_ZONE] = {"CAUCE_ZONE", CONFIG_TEXT, "America/Bogota", "IANA zone of the company"},
        [CFG_CURRENCY] = {"CAUCE_CURRENCY", CONFIG_TEXT, "COP", "ISO 4217 code of the company's currency"},
        [CFG_COMPANY] = {"CAUCE_COMPANY", CONFIG_TEXT, "Cauce", "name of the company"},
        [CFG_CERTIFICATE] = {"CAUCE_TLS_CERTIFICATE", CONFIG_TEXT, "",
                "PEM file: certificate and chain; empty = plain HTTP. A new one is taken without a restart"},
        [CFG_KEY] = {"CAUCE_TLS_KEY", CONFIG_TEXT, "", "PEM file: its key"},
        [CFG_ORIGINS] = {"CAUCE_CORS_ORIGINS", CONFIG_TEXT, "",
                "origins of other sites that may call the API with a token, a blank between; empty = none"},
        [CFG_PROXIES] = {"CAUCE_TRUSTED_PROXIES", CONFIG_TEXT, "",
                "networks whose X-Forwarded-For is believed: 10.0.0.0/8, fd00::/8; empty = none"},
        [CFG_LIMIT_ADDRESS] = {"CAUCE_LIMIT_ADDRESS", CONFIG_TEXT, "6000/10",
                "requests / seconds of one address; 0 = no limit"},
        [CFG_LIMIT_USER] = {"CAUCE_LIMIT_USER", CONFIG_TEXT, "1000/10", "the same of one person"},
        [CFG_LIMIT_KEY] = {"CAUCE_LIMIT_KEY", CONFIG_TEXT, "3000/10", "the same of one API key"},
};

static bool open_bus(Gateway *gateway, Daemon *daemon)
{
        const BusConfig bus = {.url = daemon->config[CFG_NATS_URL],
                .user = daemon->config[CFG_NATS_USER],
                .password = daemon->config[CFG_NATS_PASSWORD],
                .name = "gateway",
                .version = CAUCE_VERSION,
                .inbox_prefix = "_INBOX.gateway"};

        gateway->entity = (Entity){.loop = daemon->loop, .service_name = "gateway", .replica = uuid_v7()};
        if (zone_open(daemon->config[CFG_ZONE], &gateway->entity.zone) != 0) {
                log_error(NULL, "unknown zone", KV("zone", daemon->config[CFG_ZONE]));
                return false;
        }
        return bus_open(daemon->loop, &bus, &gateway->entity.bus) == 0;
}

static const char *set_or_null(const char *value)
{
        return value[0] ? value : NULL;
}

/* Takes a certificate that was replaced: by the time of its file, which is written last or by rename. */
static void certificate_task(void *arg)
{
        Gateway *gateway = arg;
        struct stat before = {}, now;

        (void)stat(gateway->certificate, &before);
        while (!gateway->entity.stopping) {
                task_sleep(CERTIFICATE_US);
                if (!gateway->http || stat(gateway->certificate, &now) != 0 ||
                        (now.st_mtime == before.st_mtime && now.st_ino == before.st_ino))
                        continue;
                if (http_reload_certificate(gateway->http) != 0) {
                        log_warn(NULL, "certificate not readable: the former stays",
                                KV("file", gateway->certificate));
                        continue;
                }
                before = now;
                log_info(NULL, "certificate taken", KV("file", gateway->certificate));
        }
}

static bool open_http(Gateway *gateway, Daemon *daemon)
{
        HttpConfig config = {.address = daemon->config[CFG_HTTP_ADDR]};
        const HttpHandlers handlers = {.request = exchange_request,
                .streams = exchange_streams,
                .problem = exchange_problem,
                .arg = gateway};

        uint32_t port;

        if (parse_u32(str_of(daemon->config[CFG_HTTP_PORT]), &port) != 0 || port > 65535) {
                log_error(NULL, "not a port", KV("port", daemon->config[CFG_HTTP_PORT]));
                return false;
        }
        config.port = (uint16_t)port;
        config.certificate = gateway->certificate = set_or_null(daemon->config[CFG_CERTIFICATE]);
        config.key = set_or_null(daemon->config[CFG_KEY]);
        if (!config.certificate != !config.key) {
                log_error(NULL, "CAUCE_TLS_CERTIFICATE and CAUCE_TLS_KEY go together");
                return false;
        }
        int r = http_open(daemon->loop, &config, &handlers, &gateway->http);
        if (r != 0)
                log_error(NULL, "cannot listen", KV("port", port), KV("error", strerror(-r)));
        if (r == 0 && gateway->certificate)
                r = task_spawn(daemon->loop, certificate_task, gateway, NULL);
        return r == 0;
}

static bool open_limits(Gateway *gateway, Daemon *daemon)
{
        static const int items[LIMIT_MAX] = {CFG_LIMIT_ADDRESS, CFG_LIMIT_USER, CFG_LIMIT_KEY};
        LimitRule rules[LIMIT_MAX];
        Str bad;

        for (LimitKind kind = 0; kind < LIMIT_MAX; kind++)
                if (!limit_parse(str_of(daemon->config[items[kind]]), &rules[kind])) {
                        log_error(NULL, "not a limit: requests/seconds",
                                KV("variable", config_items[items[kind]].name),
                                KV("value", daemon->config[items[kind]]));
                        return false;
                }
        limits_init(&gateway->limits, rules);
        if (proxies_parse(str_of(daemon->config[CFG_PROXIES]), &gateway->proxies, &bad))
                return true;
        log_error(NULL, "not a network", KV("variable", "CAUCE_TRUSTED_PROXIES"),
                KV("value", daemon->config[CFG_PROXIES]));
        return false;
}

static bool on_start(Daemon *daemon, void *arg)
{
        Gateway *gateway = arg;

        gateway->zone = daemon->config[CFG_ZONE];
        gateway->currency = daemon->config[CFG_CURRENCY];
        gateway->company = daemon->config[CFG_COMPANY];
        gateway->blobs = (Blobs){.loop = daemon->loop,
                .folder = daemon->config[CFG_BLOBS],
                .max_bytes = strtoull(daemon->config[CFG_BLOBS_BYTES], NULL, 10)};
        gateway->upload_max = (size_t)strtoull(daemon->config[CFG_UPLOAD_BYTES], NULL, 10);
        gateway->files = static_files_load(daemon->config[CFG_WEB]);
        gateway->sessions = cache_new(daemon->loop, daemon->config[CFG_REDIS], "session");
        gateway->rights = cache_new(daemon->loop, daemon->config[CFG_REDIS], "rights");
        gateway->origins = daemon->config[CFG_ORIGINS];
        gateway->live = live_new(gateway);
        return open_limits(gateway, daemon) && open_bus(gateway, daemon) && epoch_start(gateway) &&
               heard_start(gateway) && open_http(gateway, daemon);
}

static const char *on_unready(Daemon *daemon, void *arg)
{
        const Gateway *gateway = arg;

        (void)daemon;
        return bus_connected(gateway->entity.bus) ? NULL : "NATS is not reachable";
}

static void on_metrics(Daemon *daemon, StrBuf *out, void *arg)
{
        Gateway *gateway = arg;
        HttpStats http;
        BusStats bus;

        (void)daemon;
        http_stats(gateway->http, &http);
        bus_stats(gateway->entity.bus, &bus);
        timings_write(&gateway->timings, out, "cauce_http", "method", "route");
        metric_gauge(out, "cauce_http_connections", "Open connections.", http.connections);
        metric_gauge(out, "cauce_http_running", "Requests being answered.", http.running);
        metric_counter(
                out, "cauce_http_refused_total", "Requests refused before a handler saw them.", http.refused);
        metric_counter(out, "cauce_http_received_bytes_total", "Bytes received.", http.bytes_in);
        metric_counter(out, "cauce_http_sent_bytes_total", "Bytes sent.", http.bytes_out);
        metric_counter(out, "cauce_http_accepted_total", "Connections accepted.", http.accepted);
        metric_head(
                out, "cauce_http_limited_total", "Requests over a limit, by whose it is.", METRIC_COUNTER);
        for (LimitKind kind = 0; kind < LIMIT_MAX; kind++)
                metric_value(out, "cauce_http_limited_total", "limit", limit_names[kind],
                        (int64_t)gateway->limits.refused[kind]);
        metric_counter(out, "cauce_bus_timeouts_total", "Calls without an answer in time.", bus.timeouts);
        metric_counter(out, "cauce_bus_reconnects_total", "Reconnections to NATS.", bus.reconnects);
        metric_gauge(out, "cauce_authz_epoch", "Changes of who may do what that are known here.",
                (int64_t)gateway->rights_epoch);
        metric_gauge(out, "cauce_session_epoch", "Changes of who is signed in that are known here.",
                (int64_t)gateway->epoch);
        live_metrics(gateway->live, out);
        metric_gauge(out, "cauce_redis_up", "1 when the session cache is connected.",
                cache_remote_up(gateway->sessions));
}

static void on_stop(Daemon *daemon, void *arg)
{
        Gateway *gateway = arg;

        (void)daemon;
        gateway->entity.stopping = true;
        live_stop(gateway->live);
        heard_stop(gateway);
        http_drain(gateway->http, DRAIN_US);
        gateway->http = http_close(gateway->http);
        bus_drain(gateway->entity.bus, 0);
        gateway->entity.bus = bus_close(gateway->entity.bus);
        gateway->sessions = cache_free(gateway->sessions);
        gateway->rights = cache_free(gateway->rights);
        gateway->files = static_files_free(gateway->files);
        timings_done(&gateway->timings);
}

int main(int argc, char **argv)
{
        if (argc == 2 && (streq(argv[1], "--openapi") || streq(argv[1], "--asyncapi")))
                return documents_print(argv[1] + 2);

        Gateway gateway = {};
        const DaemonSpec spec = {.name = "gateway",
                .config = config_items,
                .n_config = CFG_MAX,
                .start = on_start,
                .unready = on_unready,
                .metrics = on_metrics,
                .stop = on_stop,
                .arg = &gateway};

        return daemon_main(argc, argv, &spec);
}
