/* The bus against a private nats-server: calls, refusals, lost connections, draining. */

#include "bus/test-server.h"

static TestServer server;

/* ---- handlers ---- */

typedef struct Seen {
        unsigned runs;
        CallContext context;
        char key[64];
        int64_t sleep_us;
} Seen;

static void echo(Bus *bus, BusRequest *request)
{
        Seen *seen = request->arg;
        seen->runs++;
        seen->context = request->context;
        if (request->context.idempotency_key)
                (void)snprintf(seen->key, sizeof seen->key, "%s", request->context.idempotency_key);
        if (seen->sleep_us > 0)
                task_sleep(seen->sleep_us);
        bus_reply(bus, request, request->data, request->len);
}

static void refuse_it(Bus *bus, BusRequest *request)
{
        bus_reply_error(bus, request, 422, "invalid_field", "\x0a\x0dinvalid_field", 15);
}

static void forget(Bus *bus, BusRequest *request)
{
}

static void too_much(Bus *bus, BusRequest *request)
{
        size_t len = 2 << 20;
        bus_reply(bus, request, arena_alloc(request->arena, len), len);
}

/* ---- calls ---- */

static void context_travels(World *world)
{
        Seen seen = {};
        BusReply reply;
        Arena *arena = arena_new();
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        CallContext context = {
                .epoch = 17,
                .trace = "0123456789abcdef0123456789abcdef",
                .span = "0123456789abcdef",
                .lang = LANG_EN,
                .deadline = clock_realtime() + 3000000,
                .idempotency_key = "a key: with, punctuation",
                .user = uuid_v7(),
                .session = uuid_v7(),
        };
        assert_int_equal(bus_serve(service, "rpc.leads.>", 4, 4, echo, &seen), 0);
        settle(service);
        assert_int_equal(bus_call(client, arena, &context, "rpc.leads.lead.get", "hello", 5, &reply), 0);
        assert_int_equal(reply.code, 0);
        assert_int_equal(reply.len, 5);
        assert_memory_equal(reply.data, "hello", 5);
        assert_memory_equal(&seen.context.user, &context.user, sizeof context.user);
        assert_memory_equal(&seen.context.session, &context.session, sizeof context.session);
        assert_int_equal(seen.context.epoch, 17);
        assert_string_equal(seen.context.trace, context.trace);
        assert_string_equal(seen.context.span, context.span);
        assert_int_equal(seen.context.lang, LANG_EN);
        assert_int_equal(seen.context.deadline, context.deadline);
        assert_string_equal(seen.key, context.idempotency_key);

        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.lead.get", NULL, 0, &reply), 0);
        assert_int_equal(reply.len, 0);
        assert_true(uuid_is_nil(&seen.context.user));
        assert_int_equal(strlen(seen.context.trace), 32);

        context.idempotency_key = "two\r\nlines";
        assert_int_equal(bus_call(client, arena, &context, "rpc.leads.lead.get", "x", 1, &reply), -EINVAL);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.a b", "x", 1, &reply), -EINVAL);
        (void)bus_close(client);
        (void)bus_close(service);
        (void)arena_free(arena);
}

typedef struct Crowd {
        Bus *bus;
        Task *main;
        const char *subject;
        int64_t deadline_us;
        unsigned left, good, timeouts, nobody, busy, down, wrong;
} Crowd;

typedef struct Member {
        Crowd *crowd;
        unsigned number;
} Member;

static void crowd_count(Crowd *crowd, int r, const BusReply *reply, unsigned number)
{
        if (r == 0 && reply->code == 503)
                crowd->busy++;
        else if (r == 0 && reply->code == 0 && reply->len == sizeof number &&
                 memcmp(reply->data, &number, sizeof number) == 0)
                crowd->good++;
        else if (r == BUS_E_TIMEOUT)
                crowd->timeouts++;
        else if (r == BUS_E_NO_RESPONDERS)
                crowd->nobody++;
        else if (r == BUS_E_DOWN)
                crowd->down++;
        else
                crowd->wrong++;
}

static void crowd_member(void *arg)
{
        Member *member = arg;
        Crowd *crowd = member->crowd;
        BusReply reply;
        Arena *arena = arena_new();
        CallContext context = {.deadline = clock_realtime() + crowd->deadline_us};
        int r = bus_call(
                crowd->bus, arena, &context, crowd->subject, &member->number, sizeof member->number, &reply);
        crowd_count(crowd, r, &reply, member->number);
        (void)arena_free(arena);
        free(member);
        if (--crowd->left == 0)
                task_wake(crowd->main);
}

static void crowd_start(World *world, Crowd *crowd, unsigned n)
{
        crowd->main = task_self();
        for (unsigned i = 0; i < n; i++) {
                Member *member = malloc(sizeof *member);
                *member = (Member){crowd, i};
                crowd->left++;
                assert_int_equal(task_spawn(world->loop, crowd_member, member, NULL), 0);
        }
}

static void crowd_wait(Crowd *crowd)
{
        while (crowd->left > 0)
                task_park();
}

static void a_thousand_calls(World *world)
{
        Seen seen = {.sleep_us = 100};
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        Crowd crowd = {.bus = client, .subject = "rpc.leads.x", .deadline_us = 20000000};
        assert_int_equal(bus_serve(service, "rpc.leads.>", 64, 1000, echo, &seen), 0);
        settle(service);
        crowd_start(world, &crowd, 1000);
        crowd_wait(&crowd);
        assert_int_equal(crowd.good, 1000);
        assert_int_equal(seen.runs, 1000);
        BusStats stats;
        bus_stats(service, &stats);
        assert_int_equal(stats.requests, 1000);
        assert_int_equal(stats.running + stats.queued, 0);
        (void)bus_close(client);
        (void)bus_close(service);
}

static void deadline_and_late_reply(World *world)
{
        Seen slow = {.sleep_us = 150000}, fast = {};
        BusReply reply;
        BusStats stats;
        Arena *arena = arena_new();
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        assert_int_equal(bus_serve(service, "rpc.leads.slow", 4, 4, echo, &slow), 0);
        assert_int_equal(bus_serve(service, "rpc.leads.fast", 4, 4, echo, &fast), 0);
        settle(service);
        CallContext context = {.deadline = clock_realtime() + 50000};
        int64_t before = clock_monotonic();
        assert_int_equal(bus_call(client, arena, &context, "rpc.leads.slow", "a", 1, &reply), BUS_E_TIMEOUT);
        assert_true(clock_monotonic() - before < 2000000);
        /* The late "a" comes while the slot waits for another answer. */
        slow.sleep_us = 200000;
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.slow", "b", 1, &reply), 0);
        assert_memory_equal(reply.data, "b", 1);
        bus_stats(client, &stats);
        assert_int_equal(stats.late, 1);
        assert_int_equal(stats.timeouts, 1);
        /* A deadline that has passed on arrival: refused without running. */
        HeaderBlock headers = {.len = 0};
        headers_put_u64(&headers, STR("Cauce-Deadline"), (uint64_t)clock_realtime() - 1);
        assert_int_equal(bus_ask(client, arena, "rpc.leads.fast", &headers, "c", 1,
                                 clock_monotonic() + 2000000, &reply),
                0);
        assert_int_equal(reply.code, 504);
        assert_memory_equal(reply.data, "\x0a\x07timeout", 9);
        assert_int_equal(fast.runs, 0);
        (void)bus_close(client);
        (void)bus_close(service);
        (void)arena_free(arena);
}

static void refusals(World *world)
{
        BusReply reply;
        Seen seen = {};
        Arena *arena = arena_new();
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        assert_int_equal(bus_serve(service, "rpc.leads.echo", 4, 4, echo, &seen), 0);
        assert_int_equal(bus_serve(service, "rpc.leads.refuse", 4, 4, refuse_it, NULL), 0);
        assert_int_equal(bus_serve(service, "rpc.leads.forget", 4, 4, forget, NULL), 0);
        assert_int_equal(bus_serve(service, "rpc.leads.much", 4, 4, too_much, NULL), 0);
        settle(service);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.nobody", "x", 1, &reply), BUS_E_NO_RESPONDERS);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.refuse", "x", 1, &reply), 0);
        assert_int_equal(reply.code, 422);
        assert_memory_equal(reply.data, "\x0a\x0dinvalid_field", 15);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.forget", "x", 1, &reply), 0);
        assert_int_equal(reply.code, 500);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.much", "x", 1, &reply), 0);
        assert_int_equal(reply.code, 500);
        assert_int_equal(
                bus_call(client, arena, NULL, "rpc.leads.echo", arena_alloc(arena, 2 << 20), 2 << 20, &reply),
                -EMSGSIZE);
        HeaderBlock headers = {.len = 0};
        headers_put(&headers, STR("Cauce-Principal"), STR("somebody"));
        assert_int_equal(bus_ask(client, arena, "rpc.leads.echo", &headers, "c", 1,
                                 clock_monotonic() + 2000000, &reply),
                0);
        assert_int_equal(reply.code, 400);
        assert_memory_equal(reply.data,
                "\x0a\x0b"
                "bad_request",
                13);
        assert_int_equal(seen.runs, 0);
        /* A large message takes several writes. */
        size_t len = 1000000;
        char *large = arena_alloc(arena, len);
        for (size_t i = 0; i < len; i++)
                large[i] = (char)(i * 7);
        for (unsigned i = 0; i < 5; i++) {
                assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.echo", large, len, &reply), 0);
                assert_int_equal(reply.len, len);
                assert_memory_equal(reply.data, large, len);
        }
        (void)bus_close(client);
        (void)bus_close(service);
        (void)arena_free(arena);
}

/* A consumer that somebody made to be delivered to "rpc.…" is no asker. */
static void only_inboxes_ask(World *world)
{
        static const char *const replies[] = {NULL, "JS.ACK.LEADS.x", "rpc.leads.echo", "_INBOX"};
        Seen seen = {};
        BusReply reply;
        BusStats stats;
        Arena *arena = arena_new();
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");

        assert_int_equal(bus_serve(service, "rpc.leads.echo", 4, 4, echo, &seen), 0);
        settle(service);
        for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++)
                assert_int_equal(link_publish(client->link, "rpc.leads.echo", replies[i], NULL, "x", 1), 0);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.echo", "y", 1, &reply), 0);
        assert_int_equal(seen.runs, 1);
        bus_stats(service, &stats);
        assert_int_equal(stats.requests, 1);
        assert_int_equal(stats.dropped, 4);
        (void)bus_close(client);
        (void)bus_close(service);
        (void)arena_free(arena);
}

static void busy(World *world)
{
        Seen seen = {.sleep_us = 100000};
        BusStats stats;
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        Crowd crowd = {.bus = client, .subject = "rpc.leads.x", .deadline_us = 5000000};
        assert_int_equal(bus_serve(service, "rpc.leads.x", 2, 3, echo, &seen), 0);
        settle(service);
        crowd_start(world, &crowd, 20);
        crowd_wait(&crowd);
        assert_int_equal(crowd.good, 5);
        assert_int_equal(crowd.busy, 15);
        assert_int_equal(seen.runs, 5);
        bus_stats(service, &stats);
        assert_int_equal(stats.busy, 15);
        (void)bus_close(client);
        (void)bus_close(service);
}

typedef struct Heard {
        unsigned n;
        char subject[64], text[64];
} Heard;

static void hear(void *arg, const char *subject, const void *data, size_t len)
{
        Heard *heard = arg;
        heard->n++;
        (void)snprintf(heard->subject, sizeof heard->subject, "%s", subject);
        (void)snprintf(heard->text, sizeof heard->text, "%.*s", (int)len, (const char *)data);
}

static void publish_and_subscribe(World *world)
{
        Heard first = {}, second = {};
        Bus *a = open_bus(world, "leads"), *b = open_bus(world, "gateway");
        assert_int_equal(bus_subscribe(a, "poke.>", hear, &first), 0);
        assert_int_equal(bus_subscribe(b, "poke.*", hear, &second), 0);
        settle(a);
        settle(b);
        bus_publish(b, "poke.leads", "now", 3);
        for (unsigned i = 0; i < 2000 && (first.n == 0 || second.n == 0); i++)
                task_sleep(1000);
        assert_int_equal(first.n, 1);
        assert_int_equal(second.n, 1);
        assert_string_equal(first.subject, "poke.leads");
        assert_string_equal(first.text, "now");
        (void)bus_close(a);
        (void)bus_close(b);
}

static void permission_is_told_at_once(World *world)
{
        BusReply reply;
        Arena *arena = arena_new();
        Bus *client = open_as(world, "gateway", "limited");
        int64_t before = clock_monotonic();
        assert_int_equal(bus_call(client, arena, NULL, "rpc.secret", "x", 1, &reply), BUS_E_DENIED);
        assert_true(clock_monotonic() - before < 2000000);
        assert_non_null(strstr(bus_error(client), "rpc.secret"));
        assert_int_equal(bus_call(client, arena, NULL, "ok.nobody", "x", 1, &reply), BUS_E_NO_RESPONDERS);
        (void)bus_close(client);
        (void)arena_free(arena);
}

static void discovery(World *world)
{
        static const char *const subjects[] = {"$SRV.PING", "$SRV.INFO", "$SRV.STATS", "$SRV.PING.leads",
                "$SRV.INFO.leads", "$SRV.STATS.leads"};
        Seen seen = {};
        BusReply reply;
        Arena *arena = arena_new();
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        assert_int_equal(bus_serve(service, "rpc.leads.*.*", 4, 4, echo, &seen), 0);
        settle(service);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.lead.get", "x", 1, &reply), 0);
        for (unsigned i = 0; i < sizeof subjects / sizeof *subjects; i++) {
                assert_int_equal(bus_call(client, arena, NULL, subjects[i], NULL, 0, &reply), 0);
                const char *text = arena_strndup(arena, (const char *)reply.data, reply.len);
                assert_non_null(strstr(text, "\"name\":\"leads\""));
                assert_non_null(strstr(text, "\"version\":\"1.2.3\""));
                if (i % 3 == 2) {
                        assert_non_null(strstr(text, "\"name\":\"rpc-leads-any-any\""));
                        assert_non_null(strstr(text, "\"num_requests\":1,"));
                }
        }
        assert_int_equal(
                bus_call(client, arena, NULL, "$SRV.PING.other", NULL, 0, &reply), BUS_E_NO_RESPONDERS);
        const char *own = arena_printf(arena, "$SRV.PING.leads.%s", service->id);
        assert_int_equal(bus_call(client, arena, NULL, own, NULL, 0, &reply), 0);
        (void)bus_close(client);
        (void)bus_close(service);
        (void)arena_free(arena);
}

static void draining_loses_nothing(World *world)
{
        Seen seen = {.sleep_us = 5000};
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        Crowd crowd = {.bus = client, .subject = "rpc.leads.x", .deadline_us = 10000000};
        assert_int_equal(bus_serve(service, "rpc.leads.x", 8, 1000, echo, &seen), 0);
        settle(service);
        crowd_start(world, &crowd, 300);
        task_sleep(20000);
        crowd_start(world, &crowd, 50);
        bus_drain(service, 5000000);
        assert_false(bus_connected(service));
        crowd_start(world, &crowd, 10);
        crowd_wait(&crowd);
        assert_int_equal(crowd.timeouts + crowd.busy + crowd.wrong + crowd.down, 0);
        assert_int_equal(crowd.good, seen.runs);
        assert_true(crowd.good >= 300);
        assert_true(crowd.nobody >= 10);
        assert_int_equal(crowd.good + crowd.nobody, 360);
        (void)bus_close(service);
        (void)bus_close(client);
}

/* More work than the drain may last: what waits is told "busy", nothing hangs until its deadline. */
static void draining_in_a_hurry(World *world)
{
        Seen seen = {.sleep_us = 100000};
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        Crowd crowd = {.bus = client, .subject = "rpc.leads.x", .deadline_us = 2000000};
        assert_int_equal(bus_serve(service, "rpc.leads.x", 2, 100, echo, &seen), 0);
        settle(service);
        crowd_start(world, &crowd, 20);
        task_sleep(20000);
        bus_drain(service, 150000);
        (void)bus_close(service); /* two handlers still run */
        crowd_wait(&crowd);
        assert_true(crowd.busy >= 14);
        assert_true(crowd.good >= 2);
        assert_int_equal(crowd.good + crowd.busy + crowd.timeouts, 20);
        assert_true(crowd.timeouts <= 2);
        (void)bus_close(client);
}

/* ---- lost connections ---- */

static void await_reconnection(Bus *bus, unsigned times)
{
        BusStats stats = {};
        for (unsigned i = 0; i < 10000 && (stats.reconnects < times || !bus_connected(bus)); i++) {
                task_sleep(1000);
                bus_stats(bus, &stats);
        }
        assert_int_equal(stats.reconnects, times);
}

static void await_idle(const Bus *service)
{
        BusStats stats = {.running = 1};
        while (stats.running + stats.queued > 0) {
                task_sleep(1000);
                bus_stats(service, &stats);
        }
}

static void server_is_killed(World *world)
{
        Seen seen = {.sleep_us = 300000};
        BusReply reply;
        Arena *arena = arena_new();
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        Crowd crowd = {.bus = client, .subject = "rpc.leads.x", .deadline_us = 10000000};
        assert_int_equal(bus_serve(service, "rpc.leads.x", 100, 100, echo, &seen), 0);
        settle(service);
        crowd_start(world, &crowd, 50);
        task_sleep(50000);
        int64_t before = clock_monotonic();
        server_kill(world->server);
        crowd_wait(&crowd);
        assert_int_equal(crowd.timeouts, 50); /* at once, not at their deadline */
        assert_true(clock_monotonic() - before < 1000000);

        before = clock_monotonic();
        CallContext context = {.deadline = clock_realtime() + 300000};
        assert_int_equal(bus_call(client, arena, &context, "rpc.leads.x", "x", 1, &reply), BUS_E_DOWN);
        assert_true(clock_monotonic() - before < 1000000);
        assert_false(bus_connected(client));

        seen.sleep_us = 0;
        crowd_start(world, &crowd, 5); /* wait for the connection */
        server_run(world->server);
        await_reconnection(client, 1);
        await_reconnection(service, 1);
        crowd_wait(&crowd);
        assert_int_equal(crowd.good + crowd.nobody + crowd.down, 5);
        settle(service);
        assert_int_equal(bus_call(client, arena, NULL, "rpc.leads.x", "x", 1, &reply), 0);
        await_idle(service);
        (void)bus_close(client);
        (void)bus_close(service);
        (void)arena_free(arena);
}

static void kills_under_load(World *world)
{
        Seen seen = {};
        unsigned rounds = 3;
        Bus *service = open_bus(world, "leads"), *client = open_bus(world, "gateway");
        Crowd crowd = {.bus = client, .subject = "rpc.leads.x", .deadline_us = 5000000};
        assert_int_equal(bus_serve(service, "rpc.leads.x", 100, 2000, echo, &seen), 0);
        for (unsigned round = 0; round < rounds; round++) {
                settle(service);
                unsigned enough = crowd.good + 200;
                seen.sleep_us = 2000; /* a hundred at a time: some are done, some run, some wait */
                crowd_start(world, &crowd, 1000);
                while (crowd.good < enough && crowd.left > 0)
                        task_yield();
                assert_true(crowd.good >= enough);
                server_kill(world->server);
                server_run(world->server);
                crowd_wait(&crowd);
                await_reconnection(client, round + 1);
                await_reconnection(service, round + 1);
        }
        assert_int_equal(crowd.wrong, 0);
        assert_int_equal(crowd.good + crowd.timeouts + crowd.nobody + crowd.down, 1000 * rounds);
        await_idle(service);
        (void)bus_close(client);
        (void)bus_close(service);
}

/* ---- a server that says what it should not ---- */

static void say(int fd, const char *text)
{
        if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
                _exit(0);
}

/* Reads lines until the subscription of `subject`; answers the first PING. */
static void greet(int fd, const char *subject, char *ret_sid, size_t size)
{
        FILE *in = fdopen(dup(fd), "r");
        char line[1024], *sid;
        say(fd, "INFO {\"server_id\":\"X\",\"version\":\"2.9.10\",\"proto\":1,"
                "\"headers\":true,\"max_payload\":1048576}\r\n");
        while (fgets(line, sizeof line, in)) {
                if (strncmp(line, "PING", 4) == 0)
                        say(fd, "PONG\r\n");
                if (strncmp(line, "SUB ", 4) != 0 || !strstr(line, subject))
                        continue;
                line[strcspn(line, "\r")] = '\0';
                sid = strrchr(line, ' ') + 1;
                (void)snprintf(ret_sid, size, "%s", sid);
                break;
        }
        (void)fclose(in);
}

static void strange_server(int listener)
{
        char sid[32] = "", text[256];
        int fd = accept(listener, NULL, NULL);
        greet(fd, "poke.x", sid, sizeof sid);
        (void)snprintf(text, sizeof text, "MSG poke.x %s 500\r\nhalf a mess", sid);
        say(fd, text);
        close(fd);
        fd = accept(listener, NULL, NULL);
        greet(fd, "poke.x", sid, sizeof sid);
        (void)snprintf(text, sizeof text, "MSG poke.x %s 5\r\nhello\r\n", sid);
        say(fd, text);
        usleep(50000);
        say(fd, "-ERR 'Something New'\r\n");
        fd = accept(listener, NULL, NULL);
        greet(fd, "poke.x", sid, sizeof sid);
        (void)snprintf(text, sizeof text, "MSG poke.x %s 5\r\nagain\r\n", sid);
        say(fd, text);
        pause();
}

static pid_t strange_start(unsigned port)
{
        struct sockaddr_in address = {
                .sin_family = AF_INET,
                .sin_port = htons((uint16_t)port),
                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        };
        int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(fd, 5), 0);
        pid_t pid = fork();
        if (pid == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                strange_server(fd);
                _exit(0);
        }
        close(fd);
        return pid;
}

/* A message cut by the end of its connection does not swallow the next one, and an -ERR that nobody knows
 * does not end the bus. */
static void half_a_message(World *world)
{
        Heard heard = {};
        TestServer strange = {.port = free_port()};
        (void)snprintf(strange.url, sizeof strange.url, "nats://127.0.0.1:%u", strange.port);
        strange.pid = strange_start(strange.port);
        World there = {.loop = world->loop, .server = &strange};
        Bus *bus = open_bus(&there, "leads");
        assert_int_equal(bus_subscribe(bus, "poke.x", hear, &heard), 0);
        for (unsigned i = 0; i < 3000 && heard.n < 2; i++)
                task_sleep(1000);
        assert_int_equal(heard.n, 2);
        assert_string_equal(heard.text, "again");
        (void)bus_close(bus);
        server_kill(&strange);
}

static void closed_before_connected(World *world)
{
        Bus *bus = NULL;
        char url[64];
        BusConfig config = {.name = "x", .version = "1", .inbox_prefix = "_INBOX.x", .url = url};
        (void)snprintf(url, sizeof url, "nats://127.0.0.1:%u", free_port());
        assert_int_equal(bus_open(world->loop, &config, &bus), 0);
        task_sleep(50000);
        assert_false(bus_connected(bus));
        assert_non_null(bus_error(bus));
        (void)bus_close(bus);
        assert_int_equal(bus_open(world->loop, &config, &bus), 0);
        (void)bus_close(bus);
}

#define TEST(name)                                                                                           \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(&server, name);                                                                    \
        }
TEST(context_travels)
TEST(a_thousand_calls)
TEST(deadline_and_late_reply)
TEST(refusals)
TEST(only_inboxes_ask)
TEST(busy)
TEST(publish_and_subscribe)
TEST(permission_is_told_at_once)
TEST(discovery)
TEST(draining_loses_nothing)
TEST(draining_in_a_hurry)
TEST(server_is_killed)
TEST(kills_under_load)
TEST(half_a_message)
TEST(closed_before_connected)

static int start(void **state)
{
        server_start(&server);
        return 0;
}

static int stop(void **state)
{
        server_remove(&server);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_context_travels),
                cmocka_unit_test(test_a_thousand_calls),
                cmocka_unit_test(test_deadline_and_late_reply),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_only_inboxes_ask),
                cmocka_unit_test(test_busy),
                cmocka_unit_test(test_publish_and_subscribe),
                cmocka_unit_test(test_permission_is_told_at_once),
                cmocka_unit_test(test_discovery),
                cmocka_unit_test(test_draining_loses_nothing),
                cmocka_unit_test(test_draining_in_a_hurry),
                cmocka_unit_test(test_server_is_killed),
                cmocka_unit_test(test_kills_under_load),
                cmocka_unit_test(test_half_a_message),
                cmocka_unit_test(test_closed_before_connected),
        };
        return cmocka_run_group_tests(tests, start, stop);
}
