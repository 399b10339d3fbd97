#pragma once

/* Of the event tests: a private PostgreSQL with the schemas of two services, and a private nats-server. */

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "pg/migrate.h"
#include "pg/test-server.h"

#define UNUSED __attribute__((unused))

typedef struct World {
        Server pg;
        pid_t nats;
        unsigned port;
        char folder[64], url[64];
        PGconn *psql; /* superuser, blocking */
        Loop *loop;
        Bus *admin;
        bool bare; /* neither tables nor streams */
        void (*test)(struct World *world);
} World;

static World world;

/* ---- nats-server ---- */

static unsigned free_port(void)
{
        for (;;) {
                uint16_t pick;
                if (getrandom(&pick, sizeof pick, 0) != sizeof pick)
                        abort();
                struct sockaddr_in address = {
                        .sin_family = AF_INET,
                        .sin_port = htons((uint16_t)(20000 + pick % 12000)),
                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                };
                int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                int r = bind(fd, (struct sockaddr *)&address, sizeof address);
                (void)close(fd);
                if (r == 0)
                        return 20000 + pick % 12000;
        }
}

static void nats_up(void)
{
        char config[100];

        (void)snprintf(config, sizeof config, "%s/nats.conf", world.folder);
        world.nats = fork();
        if (world.nats > 0)
                return;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)setenv("GOMAXPROCS", "1", 1);
        (void)setenv("GOGC", "400", 1);
        (void)execlp("nats-server", "nats-server", "-c", config, "-l", "/dev/null", NULL);
        _exit(127);
}

static void nats_kill(void)
{
        if (world.nats > 0) {
                (void)kill(world.nats, SIGKILL);
                (void)waitpid(world.nats, NULL, 0);
        }
        world.nats = 0;
}

static void remove_folder(const char *folder)
{
        pid_t pid = fork();

        if (pid == 0) {
                (void)execlp("rm", "rm", "-rf", folder, NULL);
                _exit(127);
        }
        (void)waitpid(pid, NULL, 0);
}

/* A fresh store. */
UNUSED static void nats_start(void)
{
        char config[100];

        (void)snprintf(world.folder, sizeof world.folder, "/tmp/test-events-XXXXXX");
        if (!mkdtemp(world.folder))
                abort();
        world.port = free_port();
        (void)snprintf(world.url, sizeof world.url, "nats://127.0.0.1:%u", world.port);
        (void)snprintf(config, sizeof config, "%s/nats.conf", world.folder);
        FILE *out = fopen(config, "w");
        if (!out)
                abort();
        (void)fprintf(out,
                "listen: 127.0.0.1:%u\nmax_payload: 4MB\n"
                "jetstream { store_dir: \"%s/js\", max_mem: 64MB, max_file: 1GB }\n",
                world.port, world.folder);
        (void)fclose(out);
        nats_up();
}

UNUSED static void nats_end(void)
{
        nats_kill();
        remove_folder(world.folder);
}

/* ---- JetStream's administration ---- */

UNUSED static Str js_request(Arena *arena, const char *subject, const char *body)
{
        CallContext context = {.deadline = clock_realtime() + 5000000};
        BusReply reply = {};

        assert_int_equal(bus_call(world.admin, arena, &context, subject, body, strlen(body), &reply), 0);
        return (Str){(const char *)reply.data, reply.len};
}

static void js_must(const char *subject, const char *body)
{
        Arena *arena = arena_new();
        Str reply = js_request(arena, subject, body);
        const char *text = arena_strndup(arena, reply.p, reply.len);

        if (strstr(text, "\"error\""))
                fail_msg("%s %s: %s", subject, body, text);
        (void)arena_free(arena);
}

UNUSED static void stream_make(const char *source, unsigned window_ms)
{
        char subject[100], body[400], upper[40];

        (void)snprintf(upper, sizeof upper, "%s", source);
        for (char *p = upper; *p; p++)
                *p = (char)(*p - 32);
        (void)snprintf(subject, sizeof subject, "$JS.API.STREAM.CREATE.%s", upper);
        (void)snprintf(body, sizeof body,
                "{\"name\":\"%s\",\"subjects\":[\"ev.%s.>\"],\"retention\":\"limits\",\"storage\":\"file\","
                "\"max_age\":0,\"duplicate_window\":%u000000,\"discard\":\"old\",\"num_replicas\":1,"
                "\"max_consumers\":-1,\"max_msgs\":-1,\"max_bytes\":-1}",
                upper, source, window_ms);
        js_must(subject, body);
}

UNUSED static void durable_make(const char *stream, const char *name, const char *source)
{
        char subject[120], body[400];

        (void)snprintf(subject, sizeof subject, "$JS.API.CONSUMER.DURABLE.CREATE.%s.%s", stream, name);
        (void)snprintf(body, sizeof body,
                "{\"stream_name\":\"%s\",\"config\":{\"durable_name\":\"%s\",\"deliver_policy\":\"all\","
                "\"ack_policy\":\"explicit\",\"ack_wait\":5000000000,\"max_deliver\":-1,"
                "\"filter_subject\":\"ev.%s.>\",\"max_ack_pending\":256,\"replay_policy\":\"instant\"}}",
                stream, name, source);
        js_must(subject, body);
}

/* ---- PostgreSQL ---- */

static void sql(const char *text)
{
        (void)server_ask(world.psql, text);
}

UNUSED static long ask(const char *text)
{
        return server_ask(world.psql, text);
}

static void role_conninfo(const char *role, char ret[static 200])
{
        (void)snprintf(ret, 200, "host=%s user=%s dbname=postgres", world.pg.folder, role);
}

/* An empty schema with its two roles' rights, as deploy/ makes them. */
static void schema_empty(const char *service)
{
        char text[1000];

        (void)snprintf(text, sizeof text,
                "DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s AUTHORIZATION %1$s_owner; "
                "GRANT USAGE ON SCHEMA %1$s TO %1$s; "
                "ALTER DEFAULT PRIVILEGES FOR ROLE %1$s_owner IN SCHEMA %1$s "
                "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %1$s; "
                "ALTER DEFAULT PRIVILEGES FOR ROLE %1$s_owner IN SCHEMA %1$s GRANT USAGE, SELECT ON SEQUENCES TO %1$s",
                service);
        sql(text);
}

static void schema_migrate(const char *service, const char *folder)
{
        char conninfo[200], owner[80];
        MigrateResult result;
        PgConn *conn;

        (void)snprintf(owner, sizeof owner, "%s_owner", service);
        role_conninfo(owner, conninfo);
        assert_int_equal(pg_conn_open(world.loop, conninfo, &conn), 0);
        int r = migrate_run(conn, "libs/entity/migrations", "entity", service, &result);
        if (r == 0)
                r = migrate_run(conn, folder, service, service, &result);
        if (r != 0)
                fail_msg("%s", result.error);
        conn = pg_conn_close(conn);
}

UNUSED static void roles_make(const char *service)
{
        char text[400];

        (void)snprintf(text, sizeof text,
                "CREATE ROLE %1$s_owner LOGIN; CREATE ROLE %1$s LOGIN; "
                "ALTER ROLE %1$s_owner SET search_path = %1$s, public; ALTER ROLE %1$s SET search_path = %1$s, public",
                service);
        sql(text);
}
