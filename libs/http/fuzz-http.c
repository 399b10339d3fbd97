/* Reads a head and, when it is followed by a chunked body, that too: once whole, once cut as the input's
 * first bytes say. Both must come to the same. */

#include <stdlib.h>
#include <string.h>

#include "http/chars.h"
#include "http/chunked.h"
#include "http/parser.h"

#define FIELDS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Outcome {
        HeadResult result;
        Head head;
        HeadField fields[FIELDS];
        ChunkedResult body;
        size_t body_rest;
        StrBuf payload;
} Outcome;

static const HeadLimits limits = {.bytes = 512, .target = 128, .fields = FIELDS};

/* Lengths of the pieces: 1 to 16 bytes each, over and over. */
static size_t cut(const uint8_t *cuts, unsigned i)
{
        return 1U + (cuts[i % 4] & 15U);
}

static void read_body(Arena *arena, Str input, const uint8_t *cuts, Outcome *ret)
{
        Chunked chunked = {};
        ret->payload.arena = arena;
        ret->body = CHUNKED_MORE;
        for (unsigned i = 0; input.len > 0 && ret->body == CHUNKED_MORE; i++) {
                size_t len = cuts && cut(cuts, i) < input.len ? cut(cuts, i) : input.len;
                Str piece = {arena_memdup(arena, input.p, len), len}, text = {};
                while ((ret->body = chunked_next(&chunked, &piece, &text)) == CHUNKED_DATA)
                        strbuf_put(&ret->payload, text.p, text.len);
                input.p += len - piece.len;
                input.len -= len - piece.len;
        }
        ret->body_rest = input.len;
}

static void read_all(Arena *arena, Str input, const uint8_t *cuts, Outcome *ret)
{
        head_init(&ret->head, &limits, ret->fields);
        size_t len = 0;
        for (unsigned i = 0; ret->result == HEAD_MORE && (i == 0 || len < input.len); i++) {
                len += cuts ? cut(cuts, i) : input.len;
                if (len > input.len)
                        len = input.len;
                ret->result = head_feed(&ret->head, (Str){arena_memdup(arena, input.p, len), len});
        }
        if (ret->result == HEAD_DONE && ret->head.chunked)
                read_body(arena, (Str){input.p + ret->head.size, input.len - ret->head.size}, cuts, ret);
}

static void require(bool condition)
{
        if (!condition)
                abort();
}

static void compare(const Outcome *a, const Outcome *b)
{
        require(a->result == b->result);
        if (a->result == HEAD_REFUSED)
                require(a->head.refused == b->head.refused && streq(a->head.reason, b->head.reason));
        if (a->result != HEAD_DONE)
                return;
        require(a->head.size == b->head.size && a->head.length == b->head.length);
        require(a->head.chunked == b->head.chunked && a->head.close == b->head.close);
        require(a->head.n_fields == b->head.n_fields);
        require(memcmp(a->fields, b->fields, a->head.n_fields * sizeof *a->fields) == 0);
        require(memcmp(&a->head.method, &b->head.method, sizeof(Span)) == 0);
        require(memcmp(&a->head.path, &b->head.path, sizeof(Span)) == 0);
        require(memcmp(&a->head.query, &b->head.query, sizeof(Span)) == 0);
        require(a->body == b->body && a->payload.len == b->payload.len);
        if (a->body == CHUNKED_END)
                require(a->body_rest == b->body_rest);
        require(a->payload.len == 0 || memcmp(a->payload.p, b->payload.p, a->payload.len) == 0);
}

/* Nothing that was accepted holds what could be read in two ways. */
static void check(Str input, const Outcome *outcome)
{
        const Head *head = &outcome->head;
        require(head->size <= input.len && head->size <= limits.bytes);
        for (size_t i = 0; i < head->size; i++) {
                unsigned char c = (unsigned char)input.p[i];
                require(c >= 0x20 || c == '\t' || c == '\r' || c == '\n');
                require(c != '\n' || (i > 0 && input.p[i - 1] == '\r'));
                require(c != '\r' || input.p[i + 1] == '\n');
        }
        unsigned hosts = 0, framing = 0;
        for (unsigned i = 0; i < head->n_fields; i++) {
                Str name = span_of(input.p, outcome->fields[i].name);
                hosts += str_is_nocase(name, STR("host"));
                framing += str_is_nocase(name, STR("content-length")) ||
                           str_is_nocase(name, STR("transfer-encoding"));
        }
        require(hosts == 1 && framing <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size < 4)
                return 0;
        Arena *arena = arena_new();
        Str input = {(const char *)data + 4, size - 4};
        Outcome *whole = arena_alloc(arena, sizeof *whole), *pieces = arena_alloc(arena, sizeof *pieces);
        read_all(arena, input, NULL, whole);
        read_all(arena, input, data, pieces);
        compare(whole, pieces);
        if (whole->result == HEAD_DONE)
                check(input, whole);
        arena_free(arena);
        return 0;
}
