/* CPU of one request on each side: a client and a service in processes of their own, echo of 200 bytes.
 * Usage: bench-bus [callers] [seconds] [url]; without a url it starts a nats-server of its own. */

#include <sys/resource.h>

#include "bus/test-server.h"

#define PAYLOAD 200

typedef struct Bench {
        World world;
        Bus *bus;
        Task *main;
        unsigned callers, left;
        int64_t until;
        uint64_t calls, failures;
} Bench;

static double cpu_us(void)
{
        struct rusage usage;
        (void)getrusage(RUSAGE_SELF, &usage);
        return 1e6 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void echo(Bus *bus, BusRequest *request)
{
        bus_reply(bus, request, request->data, request->len);
}

static void caller(void *arg)
{
        Bench *bench = arg;
        char data[PAYLOAD] = "";
        Arena *arena = arena_new();
        CallContext context = {.epoch = 17, .user = uuid_v7(), .session = uuid_v7()};
        context_new_trace(&context);
        while (clock_monotonic() < bench->until) {
                BusReply reply;
                context.deadline = clock_realtime() + 5000000;
                int r = bus_call(bench->bus, arena, &context, "rpc.bench.echo", data, sizeof data, &reply);
                if (r == 0 && reply.len == sizeof data)
                        bench->calls++;
                else
                        bench->failures++;
                arena_reset(arena);
        }
        (void)arena_free(arena);
        if (--bench->left == 0)
                task_wake(bench->main);
}

static void client(World *world)
{
        Bench *bench = (Bench *)world;
        bench->main = task_self();
        bench->bus = open_bus(world, "client");
        task_sleep(300000);
        double cpu = cpu_us();
        int64_t start = clock_monotonic();
        bench->until += start;
        for (unsigned i = 0; i < bench->callers; i++) {
                bench->left++;
                (void)task_spawn(world->loop, caller, bench, NULL);
        }
        while (bench->left > 0)
                task_park();
        double us = (double)(clock_monotonic() - start);
        printf("callers %u: %.0f calls/s, %llu failures; client %.2f us", bench->callers,
                (double)bench->calls * 1e6 / us, (unsigned long long)bench->failures,
                (cpu_us() - cpu) / (double)bench->calls);
        (void)fflush(stdout);
        bus_publish(bench->bus, "bench.end", &bench->calls, sizeof bench->calls);
        task_sleep(50000);
        (void)bus_close(bench->bus);
}

static double cpu_at_start;

static void on_end(void *arg, const char *subject, const void *data, size_t len)
{
        uint64_t calls;
        memcpy(&calls, data, sizeof calls);
        printf(", service %.2f us of CPU a call\n", (cpu_us() - cpu_at_start) / (double)calls);
        (void)fflush(stdout);
        task_wake(((Bench *)arg)->main);
}

static void service(World *world)
{
        Bench *bench = (Bench *)world;
        bench->main = task_self();
        bench->bus = open_bus(world, "bench");
        (void)bus_serve(bench->bus, "rpc.bench.>", 64, 1000, echo, NULL);
        (void)bus_subscribe(bench->bus, "bench.end", on_end, bench);
        settle(bench->bus);
        cpu_at_start = cpu_us();
        task_park();
        (void)bus_close(bench->bus);
}

static void run(Bench *bench, TestServer *server, void (*fn)(World *world))
{
        bench->world = (World){.server = server, .test = fn};
        (void)loop_new(&bench->world.loop);
        (void)task_spawn(bench->world.loop, world_main, &bench->world, NULL);
        loop_run(bench->world.loop);
        (void)loop_free(bench->world.loop);
}

int main(int argc, char **argv)
{
        TestServer server = {};
        Bench bench = {
                .callers = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 64,
                .until = 1000000 * (argc > 2 ? strtol(argv[2], NULL, 10) : 3),
        };
        if (argc > 3)
                (void)snprintf(server.url, sizeof server.url, "%s", argv[3]);
        else
                server_start(&server);
        pid_t pid = fork();
        if (pid == 0) {
                run(&bench, &server, service);
                return 0;
        }
        run(&bench, &server, client);
        (void)waitpid(pid, NULL, 0);
        if (argc <= 3)
                server_remove(&server);
        return 0;
}
