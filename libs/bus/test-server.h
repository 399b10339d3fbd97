#pragma once

/* What the bus's tests share: a private nats-server in a temporary folder, and a loop whose first task is the
 * test. */

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus/private.h"

typedef struct TestServer {
        pid_t pid;
        unsigned port;
        char dir[64], url[64], config[128];
} TestServer;

static unsigned free_port(void)
{
        for (;;) {
                uint16_t pick;
                if (getrandom(&pick, sizeof pick, 0) != sizeof pick)
                        abort();
                unsigned port = 20000 + pick % 12000;
                struct sockaddr_in address = {
                        .sin_family = AF_INET,
                        .sin_port = htons((uint16_t)port),
                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                };
                int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                int r = bind(fd, (struct sockaddr *)&address, sizeof address);
                close(fd);
                if (r == 0)
                        return port;
        }
}

static void server_run(TestServer *server)
{
        server->pid = fork();
        assert_true(server->pid >= 0);
        if (server->pid > 0)
                return;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)setenv("GOMAXPROCS", "1", 1);
        (void)setenv("GOGC", "400", 1);
        if (!freopen("/dev/null", "w", stdout))
                _exit(1);
        (void)execlp("nats-server", "nats-server", "-c", server->config, "-l", "/dev/null", NULL);
        _exit(127);
}

/* Users: admin may do all, `limited` may publish on ok.> and its inbox alone. */
static void server_start(TestServer *server)
{
        (void)snprintf(server->dir, sizeof server->dir, "/tmp/test-bus-XXXXXX");
        assert_non_null(mkdtemp(server->dir));
        server->port = free_port();
        (void)snprintf(server->url, sizeof server->url, "nats://127.0.0.1:%u", server->port);
        (void)snprintf(server->config, sizeof server->config, "%s/nats.conf", server->dir);
        FILE *out = fopen(server->config, "w");
        assert_non_null(out);
        (void)fprintf(out,
                "listen: 127.0.0.1:%u\n"
                "jetstream { store_dir: \"%s/js\", max_mem: 64MB, max_file: 256MB }\n"
                "authorization { users: [\n"
                "  { user: admin, password: secret }\n"
                "  { user: limited, password: secret,\n"
                "    permissions: { publish: { allow: [\"ok.>\"] }, subscribe: [\">\"] } }\n"
                "] }\n",
                server->port, server->dir);
        assert_int_equal(fclose(out), 0);
        server_run(server);
}

static void server_kill(TestServer *server)
{
        if (server->pid > 0) {
                (void)kill(server->pid, SIGKILL);
                (void)waitpid(server->pid, NULL, 0);
        }
        server->pid = 0;
}

__attribute__((unused)) static void server_remove(TestServer *server)
{
        server_kill(server);
        pid_t pid = fork();
        if (pid == 0) {
                (void)execlp("rm", "rm", "-rf", server->dir, NULL);
                _exit(127);
        }
        (void)waitpid(pid, NULL, 0);
}

/* ---- a test is a task ---- */

typedef struct World {
        Loop *loop;
        TestServer *server;
        void (*test)(struct World *world);
} World;

static void world_main(void *arg)
{
        World *world = arg;
        world->test(world);
        loop_stop(world->loop);
}

__attribute__((unused)) static void run_world(TestServer *server, void (*test)(World *world))
{
        World world = {.server = server, .test = test};
        assert_int_equal(loop_new(&world.loop), 0);
        assert_int_equal(task_spawn(world.loop, world_main, &world, NULL), 0);
        loop_run(world.loop);
        (void)loop_free(world.loop);
}

__attribute__((unused)) static void await_connection(Bus *bus)
{
        for (unsigned i = 0; i < 10000 && !bus_connected(bus); i++)
                task_sleep(1000);
        assert_true(bus_connected(bus));
}

__attribute__((unused)) static Bus *open_as(World *world, const char *name, const char *user)
{
        char inbox[64];
        Bus *bus = NULL;
        (void)snprintf(inbox, sizeof inbox, "_INBOX.%s", name);
        const BusConfig config = {
                .url = world->server->url,
                .user = user,
                .password = "secret",
                .name = name,
                .version = "1.2.3",
                .inbox_prefix = inbox,
        };
        assert_int_equal(bus_open(world->loop, &config, &bus), 0);
        await_connection(bus);
        return bus;
}

__attribute__((unused)) static Bus *open_bus(World *world, const char *name)
{
        return open_as(world, name, "admin");
}

/* Until the server has taken the subscriptions of `bus`, which nothing acknowledges: a round trip on it. */
__attribute__((unused)) static void settle(Bus *bus)
{
        Arena *arena = arena_new();
        BusReply reply;
        (void)bus_ask(bus, arena, "ok.nobody", NULL, NULL, 0, clock_monotonic() + 1000000, &reply);
        (void)arena_free(arena);
}
