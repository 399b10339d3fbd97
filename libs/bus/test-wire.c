/* What is read from and written to the wire, without a server: headers, subjects, reply slots, JetStream's
 * texts. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bus/jswire.h"
#include "bus/private.h"
#include "bus/subject.h"

#define TRACE     "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
#define USER      "01234567-89ab-7def-8123-456789abcdef"
#define SESSION   "01234567-89ab-7def-8123-456789abcd00"
#define PRINCIPAL "Cauce-Principal: " USER " " SESSION " "

static void context_is_read(void **state)
{
        static const struct {
                const char *lines;
                int r;
        } cases[] = {
                {"", 0},
                {"Other: value\r\n", 0},
                {"Other:\r\n", 0},
                {"TRACEPARENT: " TRACE "\r\n", 0},
                {"traceparent: " TRACE "\r\ntraceparent: " TRACE "\r\n", -EINVAL},
                {"traceparent: 00-0123\r\n", -EINVAL},
                {PRINCIPAL "0\r\n", 0},
                {PRINCIPAL "9223372036854775807\r\n", 0},
                {PRINCIPAL "9223372036854775808\r\n", -EINVAL},
                {PRINCIPAL "-1\r\n", -EINVAL},
                {PRINCIPAL "\r\n", -EINVAL},
                {PRINCIPAL "17 key\r\n", 0},
                {PRINCIPAL "17 key \r\n", 0},
                {PRINCIPAL "17 keys\r\n", -EINVAL},
                {PRINCIPAL "17 Key\r\n", -EINVAL},
                {PRINCIPAL "17  key\r\n", -EINVAL},
                {PRINCIPAL "17 key key\r\n", -EINVAL},
                {PRINCIPAL "17key\r\n", -EINVAL},
                {PRINCIPAL "key\r\n", -EINVAL},
                {PRINCIPAL " key\r\n", -EINVAL},
                {"Cauce-Principal: " USER " 1\r\n", -EINVAL},
                {"Cauce-Principal: " USER "_" SESSION " 1\r\n", -EINVAL},
                {"Cauce-Deadline: 1795289889656390\r\n", 0},
                {"Cauce-Deadline:1795289889656390  \r\n", 0},
                {"Cauce-Deadline: 0\r\n", -EINVAL},
                {"Cauce-Deadline: soon\r\n", -EINVAL},
                {"Cauce-Lang: es\r\n", 0},
                {"Cauce-Lang: fr\r\n", -EINVAL},
                {"Cauce-Lang: es\r\ncauce-lang: es\r\n", -EINVAL},
                {"Cauce-Idempotency-Key: a b\r\n", 0},
                {"Cauce-Idempotency-Key: \r\n", -EINVAL},
                {"Cauce-Idempotency-Key: \xc3\xa9\r\n", -EINVAL},
                {"Cauce-Lang: es\n", -EINVAL},
                {" folded\r\n", -EINVAL},
                {"no colon\r\n", -EINVAL},
                {": no name\r\n", -EINVAL},
                {"two words: x\r\n", -EINVAL},
                {"\r\nCauce-Lang: es\r\n", -EINVAL},
        };
        Arena *arena = arena_new();
        for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
                CallContext context = {.epoch = 99};
                const char *block = arena_printf(arena, "NATS/1.0\r\n%s\r\n", cases[i].lines);
                int r = headers_parse_context(arena, str_of(block), &context);
                if (r != cases[i].r)
                        fail_msg("case %u: %d, expected %d: %s", i, r, cases[i].r, cases[i].lines);
                if (r < 0)
                        assert_int_equal(context.epoch, 99);
        }
        CallContext context;
        assert_int_equal(headers_parse_context(arena, (Str){}, &context), 0);
        assert_int_equal(headers_parse_context(arena, STR("NATS/1.0\r\n"), &context), -EINVAL);
        assert_int_equal(headers_parse_context(arena, STR("HTTP/1.1\r\n\r\n"), &context), -EINVAL);
        (void)arena_free(arena);
}

static void key_travels(void **state)
{
        static const char *const tails[] = {"17", "17 key", "18446744073709551615 key"};
        Arena *arena = arena_new();

        for (unsigned i = 0; i < 3; i++) {
                HeaderBlock block;
                CallContext context = {.key = i > 0, .epoch = i < 2 ? 17 : UINT64_MAX};
                const char *line = arena_printf(arena, PRINCIPAL "%s\r\n", tails[i]);
                assert_int_equal(uuid_parse(STR(USER), &context.user), 0);
                assert_int_equal(uuid_parse(STR(SESSION), &context.session), 0);
                headers_init(&block);
                assert_int_equal(headers_put_context(&block, &context, 5), 0);
                assert_memory_equal(block.text, line, strlen(line));
                if (i == 2)
                        continue;
                const char *text = arena_printf(arena, "NATS/1.0\r\n%s\r\n", line);
                assert_int_equal(headers_parse_context(arena, str_of(text), &context), 0);
                assert_int_equal(context.key, i > 0);
                assert_int_equal(context.epoch, 17);
        }
        (void)arena_free(arena);
}

static void context_is_written(void **state)
{
        HeaderBlock block;
        CallContext context = {
                .trace = "0123456789abcdef0123456789abcdef", .span = "0123456789abcdef", .epoch = 17};
        static const char full[] = "traceparent: " TRACE "\r\n" PRINCIPAL "17\r\n"
                                   "Cauce-Deadline: 1795289889656390\r\nCauce-Lang: en\r\n"
                                   "Cauce-Idempotency-Key: k-1\r\n";
        static const char least[] = "Cauce-Deadline: 5\r\nCauce-Lang: es\r\n";
        char key[IDEMPOTENCY_KEY_MAX + 2];
        assert_int_equal(uuid_parse(STR(USER), &context.user), 0);
        assert_int_equal(uuid_parse(STR(SESSION), &context.session), 0);
        context.lang = LANG_EN;
        context.idempotency_key = "k-1";
        headers_init(&block);
        assert_int_equal(headers_put_context(&block, &context, 1795289889656390), 0);
        assert_int_equal(block.len, sizeof full - 1);
        assert_memory_equal(block.text, full, block.len);
        headers_init(&block);
        assert_int_equal(headers_put_context(&block, &(CallContext){}, 5), 0);
        assert_int_equal(block.len, sizeof least - 1);
        assert_memory_equal(block.text, least, block.len);
        memset(key, 'k', sizeof key - 1);
        key[sizeof key - 1] = '\0';
        context.idempotency_key = key;
        headers_init(&block);
        assert_int_equal(headers_put_context(&block, &context, 5), -EINVAL);
        key[IDEMPOTENCY_KEY_MAX] = '\0';
        headers_init(&block);
        assert_int_equal(headers_put_context(&block, &context, 5), 0);
        for (unsigned i = 0; i < 10; i++)
                headers_put(&block, STR("Filler"), str_of(key));
        assert_true(block.overflow);
}

static void status_is_read(void **state)
{
        assert_int_equal(headers_status(STR("NATS/1.0 503\r\n\r\n")), 503);
        assert_int_equal(headers_status(STR("NATS/1.0 408 Request Timeout\r\n\r\n")), 408);
        assert_int_equal(headers_status(STR("NATS/1.0\r\nA: b\r\n\r\n")), 0);
        assert_int_equal(headers_status(STR("NATS/1.0 5x3\r\n\r\n")), 0);
        assert_int_equal(headers_status((Str){}), 0);
        Str block = STR("NATS/1.0\r\nA: 1\r\nNats-Service-Error-Code: 422 \r\n\r\n");
        assert_true(str_is(headers_find(block, STR("nats-service-error-code")), "422"));
        assert_int_equal(headers_find(block, STR("B")).len, 0);
}

static void subjects(void **state)
{
        static const struct {
                const char *pattern, *subject;
                bool matches;
        } cases[] = {
                {"rpc.leads.>", "rpc.leads.lead.get", true},
                {"rpc.leads.>", "rpc.leads", false},
                {"rpc.leads.>", "rpc.leads.", false},
                {"rpc.leads.*", "rpc.leads.lead", true},
                {"rpc.leads.*", "rpc.leads.lead.get", false},
                {"rpc.*.lead", "rpc.leads.lead", true},
                {"rpc.*.lead", "rpc.leads.leads", false},
                {"rpc.leads", "rpc.leads", true},
                {"rpc.leads", "rpc.lead", false},
                {"rpc.lead", "rpc.leads", false},
                {">", "x", true},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
                if (subject_matches(cases[i].pattern, cases[i].subject) != cases[i].matches)
                        fail_msg("%s, %s", cases[i].pattern, cases[i].subject);
        assert_true(subjects_overlap("a.*", "a.b"));
        assert_true(subjects_overlap("a.>", "a.b.c"));
        assert_true(subjects_overlap("a.*.c", "*.b.*"));
        assert_true(subjects_overlap("a.b", "a.b"));
        assert_false(subjects_overlap("a.b", "a.c"));
        assert_false(subjects_overlap("a.*", "a.b.c"));
        assert_false(subjects_overlap("a", "ab"));
        assert_false(subjects_overlap("$SRV.PING", "$SRV.PING.leads"));
        assert_true(subject_valid("rpc.leads.>"));
        assert_false(subject_valid(""));
        assert_false(subject_valid("a b"));
        assert_false(subject_valid("a\r\nPUB x 0"));
}

static void nothing(Waiter *waiter, const Packet *packet)
{
}

static void lost_count(Waiter *waiter, int outcome)
{
        waiter->subject = NULL;
}

static void slots_are_reused(void **state)
{
        enum { N = 200 };
        Slots slots = {};
        Waiter waiters[N];
        uint32_t taken[N];
        char token[SLOT_TOKEN], late[SLOT_TOKEN];
        for (unsigned i = 0; i < N; i++) {
                waiters[i] = (Waiter){nothing, lost_count, i % 2 ? "odd" : "even"};
                taken[i] = slot_take(&slots, &waiters[i]);
        }
        for (unsigned i = 0; i < N; i++) {
                slot_token(&slots, taken[i], token);
                assert_ptr_equal(slot_find(&slots, (Str){token, sizeof token}), &waiters[i]);
        }
        slot_token(&slots, taken[7], late);
        slot_give(&slots, taken[7]);
        assert_null(slot_find(&slots, (Str){late, sizeof late}));
        assert_int_equal(slot_take(&slots, &waiters[7]), taken[7]);
        assert_null(slot_find(&slots, (Str){late, sizeof late}));
        assert_null(slot_find(&slots, STR("00000001")));
        assert_null(slot_find(&slots, STR("fffffffffffffffff")));
        assert_null(slot_find(&slots, STR("ffffffff00000000")));
        assert_null(slot_find(&slots, STR("0000000g00000000")));
        slots_lose(&slots, "odd", BUS_E_DENIED);
        for (unsigned i = 0; i < N; i++)
                assert_int_equal(waiters[i].subject == NULL, i % 2);
        slots_done(&slots);
}

static void acknowledgements(void **state)
{
        Arena *arena = arena_new();
        PubAck ack;
        uint64_t last;
        int error;
        static const char info[] = "{\"config\":{\"last_seq\":1},"
                                   "\"state\":{\"first\":{\"last_seq\":2},\"last_seq\":9}}";
        assert_int_equal(
                puback_parse(arena, STR("{\"stream\":\"S\",\"seq\":7,\"duplicate\":true}"), &ack), 0);
        assert_int_equal(ack.error, 0);
        assert_int_equal(ack.seq, 7);
        assert_true(ack.duplicate);
        assert_int_equal(
                puback_parse(arena, STR("{\"error\":{\"code\":400,\"err_code\":10071},\"seq\":0}"), &ack), 0);
        assert_int_equal(ack.error, 10071);
        assert_int_equal(puback_parse(arena, STR("{\"error\":{\"code\":503}}"), &ack), 0);
        assert_int_equal(ack.error, 10000);
        assert_int_equal(puback_parse(arena, STR("{\"stream\":\"S\"}"), &ack), -EINVAL);
        assert_int_equal(puback_parse(arena, STR("{\"seq\":-1}"), &ack), -EINVAL);
        assert_int_equal(puback_parse(arena, STR("{\"seq\":1.5}"), &ack), -EINVAL);
        assert_int_equal(puback_parse(arena, STR("{\"seq\":1} "), &ack), 0);
        assert_int_equal(puback_parse(arena, STR("{\"seq\":1}x"), &ack), -EINVAL);
        assert_int_equal(puback_parse(arena, STR(""), &ack), -EINVAL);
        assert_int_equal(stream_info_parse(arena, str_of(info), &last, &error), 0);
        assert_int_equal(last, 9);
        assert_int_equal(error, 0);
        assert_int_equal(stream_info_parse(arena, STR("{\"error\":{\"err_code\":10059}}"), &last, &error), 0);
        assert_int_equal(error, 10059);
        assert_int_equal(stream_info_parse(arena, STR("{\"state\":{}}"), &last, &error), -EINVAL);
        (void)arena_free(arena);
}

static void delivery_subjects(void **state)
{
        AckSubject ack;
        assert_int_equal(
                ack_subject_parse(STR("$JS.ACK.LEADS.search.2.30.4.1795289862249869650.5"), &ack), 0);
        assert_true(str_is(ack.stream, "LEADS"));
        assert_true(str_is(ack.durable, "search"));
        assert_int_equal(ack.delivered, 2);
        assert_int_equal(ack.stream_seq, 30);
        assert_int_equal(ack.pending, 5);
        assert_int_equal(ack_subject_parse(STR("$JS.ACK._.hash.LEADS.search.1.3.4.17.6.random"), &ack), 0);
        assert_true(str_is(ack.stream, "LEADS"));
        assert_int_equal(ack.stream_seq, 3);
        assert_int_equal(ack.pending, 6);
        assert_int_equal(ack_subject_parse(STR("$JS.ACK.LEADS.search.1.2.3.4"), &ack), -EINVAL);
        assert_int_equal(ack_subject_parse(STR("$JS.ACK.LEADS..1.2.3.4.5"), &ack), -EINVAL);
        assert_int_equal(ack_subject_parse(STR("$JS.ACK.LEADS.search.1.x.3.4.5"), &ack), -EINVAL);
        assert_int_equal(ack_subject_parse(STR("_INBOX.leads.a.b.c.d.e.f.g"), &ack), -EINVAL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(context_is_read),
                cmocka_unit_test(context_is_written),
                cmocka_unit_test(key_travels),
                cmocka_unit_test(status_is_read),
                cmocka_unit_test(subjects),
                cmocka_unit_test(slots_are_reused),
                cmocka_unit_test(acknowledgements),
                cmocka_unit_test(delivery_subjects),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
