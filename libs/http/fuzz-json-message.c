/* JSON → message → JSON → message: what was accepted is written so that it reads the same again. The first
 * byte chooses the message and the flags. */

#include <stdlib.h>
#include <string.h>

#include "http/json_message.h"
#include "http/test-thing.h"
#include "leads.cauce.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        thing_prepare();
        return 0;
}

static void require(bool condition)
{
        if (!condition)
                abort();
}

static const MessageMeta *const metas[] = {
        &thing_meta, &lead_meta, &filter_meta, &job_meta, &export_chosen_meta};

static const MessageMeta *chosen_meta(uint8_t first)
{
        return metas[first & 0x40 ? 4 : first & 3];
}

static ProtobufCMessage *read_text(
        Arena *arena, const MessageMeta *meta, Str json, unsigned flags, StrBuf *ret)
{
        JsonProblems problems;
        uint32_t *changed = NULL;
        unsigned n_changed = 0;
        ProtobufCMessage *message =
                json_to_message(arena, meta, json, flags, &problems, &changed, &n_changed);
        require(!message == (problems.n > 0) && problems.n <= JSON_PROBLEMS_MAX);
        require(n_changed <= meta->n_fields);
        for (unsigned i = 0; i < problems.n; i++) {
                require(utf8_valid(str_of(problems.items[i].pointer)) ||
                        problems.items[i].code == MSG_BAD_JSON);
                require(utf8_valid(str_of(problems.items[i].args[0])));
        }
        ret->arena = arena;
        if (message)
                message_to_json(ret, meta, message);
        return message;
}

/* What can be unpacked reads the same when it is not. */
static void check_packed(const MessageMeta *meta, const uint8_t *data, size_t size)
{
        Arena *arena = arena_new();
        const Str packed = {arena_memdup(arena, data, size), size};
        const ProtobufCMessage *message =
                protobuf_c_message_unpack(meta->descriptor, arena_protobuf(arena), size, data);
        StrBuf out = {.arena = arena}, expected = {.arena = arena};
        bool taken = packed_to_json(&out, arena, meta, packed);

        if (message) {
                message_to_json(&expected, meta, message);
                require(taken && out.len == expected.len && memcmp(out.p, expected.p, out.len) == 0);
        }
        arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size == 0)
                return 0;
        const MessageMeta *meta = chosen_meta(data[0]);
        if (data[0] & 0x80 && meta != &thing_meta) { /* packed; thing_meta has no wire form */
                check_packed(meta, data + 1, size - 1);
                return 0;
        }
        unsigned flags = data[0] >> 2 & (JSON_PATCH | JSON_REFUSE_READ_ONLY);
        Arena *arena = arena_new();
        StrBuf once = {}, twice = {};
        Str input = {arena_memdup(arena, data + 1, size - 1), size - 1};
        ProtobufCMessage *message = read_text(arena, meta, input, flags, &once);
        if (message) {
                Str text = {once.p, once.len};
                ProtobufCMessage *again = read_text(arena, meta, text, flags & JSON_PATCH, &twice);
                require(again && twice.len == once.len && memcmp(once.p, twice.p, once.len) == 0);
                if (meta != &thing_meta && !(flags & JSON_PATCH)) {
                        size_t len = protobuf_c_message_get_packed_size(message);
                        uint8_t *a = arena_alloc(arena, len), *b = arena_alloc(arena, len);
                        require(protobuf_c_message_pack(message, a) == len);
                        require(protobuf_c_message_get_packed_size(again) == len);
                        require(protobuf_c_message_pack(again, b) == len && memcmp(a, b, len) == 0);
                }
        }
        arena_free(arena);
        return 0;
}
