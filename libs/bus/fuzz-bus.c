/* Fuzzes what comes from the wire. The first byte chooses the reader: headers, acknowledgement, stream info,
 * delivery subject. A context that was read is written and read again, and must be the same. */

#include <stdlib.h>
#include <string.h>

#include "bus/headers.h"
#include "bus/jswire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *a, const char *b)
{
        return a && b ? strcmp(a, b) == 0 : a == b;
}

static void read_again(Arena *arena, const CallContext *context)
{
        HeaderBlock block;
        CallContext again = {};
        StrBuf raw = {.arena = arena};
        headers_init(&block);
        int64_t deadline = context->deadline > 0 ? context->deadline : 1;
        if (headers_put_context(&block, context, deadline) < 0)
                abort();
        strbuf_puts(&raw, "NATS/1.0\r\n");
        strbuf_put(&raw, block.text, block.len);
        strbuf_puts(&raw, "\r\n");
        if (headers_parse_context(arena, (Str){raw.p, raw.len}, &again) < 0)
                abort();
        if (uuid_compare(&again.user, &context->user) != 0 ||
                uuid_compare(&again.session, &context->session) != 0 || again.epoch != context->epoch ||
                again.key != context->key || again.lang != context->lang || again.deadline != deadline ||
                !same(again.trace, context->trace) || !same(again.span, context->span) ||
                !same(again.idempotency_key, context->idempotency_key))
                abort();
}

static void read_headers(Arena *arena, Str input)
{
        CallContext context = {};
        HeaderReader reader;
        Str name, value;
        (void)headers_status(input);
        (void)headers_find(input, STR("Nats-Service-Error-Code"));
        if (headers_begin(&reader, input) == 0)
                while (headers_next(&reader, &name, &value) > 0)
                        if (name.len == 0 || value.p < input.p || value.p + value.len > input.p + input.len)
                                abort();
        if (headers_parse_context(arena, input, &context) == 0)
                read_again(arena, &context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        PubAck ack;
        AckSubject subject;
        uint64_t last;
        int error;
        if (size == 0)
                return 0;
        Arena *arena = arena_new();
        Str input = {(const char *)data + 1, size - 1};
        switch (data[0]) {
        case 'h':
                read_headers(arena, input);
                break;
        case 'a':
                (void)puback_parse(arena, input, &ack);
                break;
        case 'i':
                (void)stream_info_parse(arena, input, &last, &error);
                break;
        case 's':
                if (ack_subject_parse(input, &subject) == 0 &&
                        (subject.stream.len == 0 || subject.durable.len == 0))
                        abort();
                break;
        }
        (void)arena_free(arena);
        return 0;
}
