/* JetStream by its wire protocol, against a private nats-server. */

#include "bus/test-server.h"

static TestServer server;

static void admin(Bus *bus, const char *subject, const char *json)
{
        BusReply reply;
        Arena *arena = arena_new();
        const char *full = arena_printf(arena, "$JS.API.%s", subject);
        assert_int_equal(
                bus_ask(bus, arena, full, NULL, json, strlen(json), clock_monotonic() + 5000000, &reply), 0);
        const char *text = arena_strndup(arena, (const char *)reply.data, reply.len);
        if (strstr(text, "\"error\""))
                fail_msg("%s: %s", subject, text);
        (void)arena_free(arena);
}

static Bus *open_with_stream(World *world)
{
        Bus *bus = open_bus(world, "leads");
        admin(bus, "STREAM.CREATE.LEADS",
                "{\"name\":\"LEADS\",\"subjects\":[\"ev.leads.>\"],\"storage\":\"file\","
                "\"duplicate_window\":2000000000}");
        admin(bus, "CONSUMER.DURABLE.CREATE.LEADS.search",
                "{\"stream_name\":\"LEADS\",\"config\":{\"durable_name\":\"search\","
                "\"ack_policy\":\"explicit\",\"ack_wait\":1000000000,\"max_ack_pending\":100}}");
        return bus;
}

static void close_with_stream(Bus *bus)
{
        admin(bus, "STREAM.DELETE.LEADS", "");
        (void)bus_close(bus);
}

/* Messages "e<first>"…, each expecting the one before it at `expected`. */
static void fill(Arena *arena, BusPublish *messages, unsigned n, unsigned first, uint64_t expected)
{
        for (unsigned i = 0; i < n; i++) {
                char *text = arena_printf(arena, "e%u", first + i);
                messages[i] = (BusPublish){
                        .subject = "ev.leads.3.lead.created",
                        .data = text,
                        .len = strlen(text),
                        .msg_id = text,
                        .expected_last_seq = expected == UINT64_MAX ? UINT64_MAX : expected + i,
                };
        }
}

static void publishing_keeps_order(World *world)
{
        BusPublish messages[50];
        uint64_t last = 99;
        Arena *arena = arena_new();
        Bus *bus = open_with_stream(world);
        assert_int_equal(bus_js_last_seq(bus, "LEADS", &last), 0);
        assert_int_equal(last, 0);
        fill(arena, messages, 50, 1, 0);
        assert_int_equal(bus_js_publish(bus, messages, 50, 5000000), 50);
        for (unsigned i = 0; i < 50; i++) {
                assert_int_equal(messages[i].seq, i + 1);
                assert_false(messages[i].duplicate);
        }
        assert_int_equal(bus_js_last_seq(bus, "LEADS", &last), 0);
        assert_int_equal(last, 50);
        /* The same again, as after lost acknowledgements: refused, nothing is stored twice. */
        fill(arena, messages, 3, 51, 48);
        assert_int_equal(bus_js_publish(bus, messages, 3, 5000000), 0);
        for (unsigned i = 0; i < 2; i++)
                assert_int_equal(messages[i].error, 10071);
        /* The third expected 50 and would have been right, had the others not been refused before it: a gap.
         */
        assert_int_equal(messages[2].error, 0);
        assert_int_equal(messages[2].seq, 51);
        /* A message id that the stream has seen. */
        fill(arena, messages, 1, 53, UINT64_MAX);
        assert_int_equal(bus_js_publish(bus, messages, 1, 5000000), 1);
        assert_true(messages[0].duplicate);
        assert_int_equal(messages[0].seq, 51);
        close_with_stream(bus);
        (void)arena_free(arena);
}

static void refusals(World *world)
{
        BusPublish messages[3];
        uint64_t last;
        Arena *arena = arena_new();
        Bus *bus = open_with_stream(world), *limited = open_as(world, "guest", "limited");
        fill(arena, messages, 3, 1, 0);
        messages[1].subject = "nobody.listens";
        assert_int_equal(bus_js_publish(bus, messages, 3, 3000000), 1);
        assert_int_equal(messages[1].error, BUS_E_NO_RESPONDERS);
        assert_int_equal(messages[2].error, 10071);
        assert_int_equal(bus_js_last_seq(bus, "NONE", &last), 10059);
        int64_t before = clock_monotonic();
        fill(arena, messages, 3, 1, 0);
        assert_int_equal(bus_js_publish(limited, messages, 3, 5000000), 0);
        for (unsigned i = 0; i < 3; i++)
                assert_int_equal(messages[i].error, BUS_E_DENIED);
        assert_true(clock_monotonic() - before < 2000000);
        assert_int_equal(bus_js_last_seq(limited, "LEADS", &last), BUS_E_DENIED);
        (void)bus_close(limited);
        close_with_stream(bus);
        (void)arena_free(arena);
}

static void fetching(World *world)
{
        BusPublish messages[25];
        BusMessage *got;
        unsigned n = 99;
        Arena *arena = arena_new();
        Bus *bus = open_with_stream(world);
        int64_t before = clock_monotonic();
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 10, 100000, &got, &n), 0);
        assert_int_equal(n, 0);
        assert_true(clock_monotonic() - before >= 90000);
        fill(arena, messages, 25, 1, 0);
        assert_int_equal(bus_js_publish(bus, messages, 25, 5000000), 25);

        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 10, 5000000, &got, &n), 0);
        assert_int_equal(n, 10);
        for (unsigned i = 0; i < n; i++) {
                assert_string_equal(got[i].subject, "ev.leads.3.lead.created");
                assert_int_equal(got[i].stream_seq, i + 1);
                assert_int_equal(got[i].delivered, 1);
                assert_int_equal(got[i].len, messages[i].len);
                assert_memory_equal(got[i].data, messages[i].data, messages[i].len);
                bus_js_ack(bus, &got[i]);
        }
        assert_int_equal(got[9].pending, 15);
        /* Fewer than asked for: what there is, without waiting for more. */
        before = clock_monotonic();
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 100, 5000000, &got, &n), 0);
        assert_int_equal(n, 15);
        assert_int_equal(got[14].pending, 0);
        assert_true(clock_monotonic() - before < 2000000);
        for (unsigned i = 0; i < 13; i++)
                bus_js_ack(bus, &got[i]);
        bus_js_nak(bus, &got[13], 0);
        /* Given back: at once. Not acknowledged: after the durable's ack_wait. */
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 1, 3000000, &got, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(got[0].stream_seq, 24);
        assert_int_equal(got[0].delivered, 2);
        bus_js_ack(bus, &got[0]);
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 1, 5000000, &got, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(got[0].stream_seq, 25);
        bus_js_nak(bus, &got[0], 400000);
        before = clock_monotonic();
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 1, 5000000, &got, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(got[0].delivered, 3);
        assert_true(clock_monotonic() - before >= 300000);
        bus_js_ack(bus, &got[0]);
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "nobody", 1, 10000, &got, &n), BUS_E_TIMEOUT);
        admin(bus, "CONSUMER.DURABLE.CREATE.LEADS.small",
                "{\"stream_name\":\"LEADS\",\"config\":{\"durable_name\":\"small\","
                "\"ack_policy\":\"explicit\",\"max_batch\":5}}");
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "small", 6, 1000000, &got, &n), BUS_E_DENIED);
        assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "small", 5, 1000000, &got, &n), 0);
        assert_int_equal(n, 5);
        close_with_stream(bus);
        (void)arena_free(arena);
}

typedef struct Later {
        Bus *bus;
        Arena *arena;
        bool done;
} Later;

static void publish_later(void *arg)
{
        Later *later = arg;
        BusPublish messages[2];
        task_sleep(100000);
        fill(later->arena, messages, 2, 1, 0);
        assert_int_equal(bus_js_publish(later->bus, messages, 2, 5000000), 2);
        later->done = true;
}

static void hear(void *arg, const char *subject, const void *data, size_t len)
{
        ++*(unsigned *)arg;
}

static void fetch_waits_for_the_first(World *world)
{
        BusMessage *got;
        unsigned n;
        unsigned heard = 0;
        Later later = {.bus = open_with_stream(world), .arena = arena_new()};
        assert_int_equal(bus_subscribe(later.bus, "ev.>", hear, &heard), 0); /* beside the durable */
        int64_t before = clock_monotonic();
        assert_int_equal(task_spawn(world->loop, publish_later, &later, NULL), 0);
        assert_int_equal(bus_js_fetch(later.bus, later.arena, "LEADS", "search", 10, 5000000, &got, &n), 0);
        assert_true(n >= 1);
        int64_t took = clock_monotonic() - before;
        assert_true(took >= 90000 && took < 3000000);
        while (!later.done)
                task_sleep(1000);
        assert_int_equal(heard, 2);
        close_with_stream(later.bus);
        (void)arena_free(later.arena);
}

/* A delivery that nobody waits for is given back, not kept from others until ack_wait. */
static void late_delivery_is_given_back(World *world)
{
        BusMessage *got;
        BusStats stats;
        unsigned n;
        char reply[REPLY_MAX];
        Later later = {.bus = open_with_stream(world), .arena = arena_new()};
        publish_later(&later);
        Waiter nobody = {};
        uint32_t slot = slot_take(&later.bus->slots, &nobody);
        bus_reply_subject(later.bus, slot, reply);
        slot_give(&later.bus->slots, slot);
        assert_int_equal(link_publish(later.bus->link, "$JS.API.CONSUMER.MSG.NEXT.LEADS.search", reply, NULL,
                                 "{\"batch\":1}", 11),
                0);
        task_sleep(100000);
        int64_t before = clock_monotonic();
        assert_int_equal(bus_js_fetch(later.bus, later.arena, "LEADS", "search", 1, 5000000, &got, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(got[0].stream_seq, 1);
        assert_int_equal(got[0].delivered, 2);
        assert_true(clock_monotonic() - before < 800000);
        bus_stats(later.bus, &stats);
        assert_int_equal(stats.late, 1);
        close_with_stream(later.bus);
        (void)arena_free(later.arena);
}

static void two_durables_at_once(World *world)
{
        BusMessage *got;
        unsigned n;
        Later later = {.bus = open_with_stream(world), .arena = arena_new()};
        admin(later.bus, "CONSUMER.DURABLE.CREATE.LEADS.cartera",
                "{\"stream_name\":\"LEADS\",\"config\":{\"durable_name\":\"cartera\","
                "\"ack_policy\":\"explicit\"}}");
        publish_later(&later);
        assert_int_equal(bus_js_fetch(later.bus, later.arena, "LEADS", "cartera", 10, 1000000, &got, &n), 0);
        assert_int_equal(n, 2);
        assert_int_equal(bus_js_fetch(later.bus, later.arena, "LEADS", "search", 10, 1000000, &got, &n), 0);
        assert_int_equal(n, 2);
        close_with_stream(later.bus);
        (void)arena_free(later.arena);
}

/* A relay whose server dies between its messages: after the restart the stream's end says what to publish
 * again, and in the end every event is there once, in order. */
static void acks_are_lost(World *world)
{
        BusPublish messages[200];
        BusMessage *got;
        unsigned n, total = 2000;
        uint64_t last = 0;
        Arena *arena = arena_new();
        Bus *bus = open_with_stream(world);
        bool killed = false;
        while (last < total) {
                unsigned some = total - last < 200 ? (unsigned)(total - last) : 200;
                fill(arena, messages, some, (unsigned)last + 1, last);
                if (last >= 1000 && !killed) {
                        killed = true;
                        server_kill(world->server);
                        assert_int_equal(bus_js_publish(bus, messages, some, 5000000), 0);
                        assert_true(messages[0].error == BUS_E_TIMEOUT || messages[0].error == BUS_E_DOWN);
                        server_run(world->server);
                        task_sleep(20000);
                        await_connection(bus);
                } else {
                        (void)bus_js_publish(bus, messages, some, 5000000);
                }
                for (unsigned i = 0; i < 100 && bus_js_last_seq(bus, "LEADS", &last) != 0; i++)
                        task_sleep(100000);
        }
        assert_int_equal(last, total);
        for (unsigned i = 0; i < total; i += n) {
                assert_int_equal(bus_js_fetch(bus, arena, "LEADS", "search", 100, 5000000, &got, &n), 0);
                assert_true(n > 0);
                for (unsigned k = 0; k < n; k++) {
                        char text[16];
                        (void)snprintf(text, sizeof text, "e%u", i + k + 1);
                        assert_int_equal(got[k].stream_seq, i + k + 1);
                        assert_int_equal(got[k].len, strlen(text));
                        assert_memory_equal(got[k].data, text, got[k].len);
                        bus_js_ack(bus, &got[k]);
                }
        }
        close_with_stream(bus);
        (void)arena_free(arena);
}

#define TEST(name)                                                                                           \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(&server, name);                                                                    \
        }
TEST(publishing_keeps_order)
TEST(refusals)
TEST(fetching)
TEST(fetch_waits_for_the_first)
TEST(late_delivery_is_given_back)
TEST(two_durables_at_once)
TEST(acks_are_lost)

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
                cmocka_unit_test(test_publishing_keeps_order),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_fetching),
                cmocka_unit_test(test_fetch_waits_for_the_first),
                cmocka_unit_test(test_late_delivery_is_given_back),
                cmocka_unit_test(test_two_durables_at_once),
                cmocka_unit_test(test_acks_are_lost),
        };
        return cmocka_run_group_tests(tests, start, stop);
}
