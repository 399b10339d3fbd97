/* A packed record from the bus is refused, or checked, stored and read back the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entity/storage.h"
#include "entity/test-runtime.h"
#include "entity/validate.h"
#include "entity/verbs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Try {
        TestWorld *world;
        Str in;
        ProtobufCMessage *record;
} Try;

static void run(Req *rq, void *arg)
{
        Try *try = arg;
        const ModuleRuntime *module = &try->world->module;
        ProtobufCMessage *record = req_unpack(rq, lead_meta.descriptor, try->in);

        for (unsigned i = 0; i < lead_meta.n_fields; i++)
                if (lead_meta.fields[i].kind == KIND_REFERENCE) /* would be looked up in the database */
                        record_clear(record, &lead_meta.fields[i]);
        validate_shape(rq, module, record);
        const Change change = {.module = &lead_module, .after = record};
        validate_change(rq, module, &change);
        try->record = record;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        TestWorld world;

        if (size > 65536)
                return 0;
        world_init(&world);
        Try try = {.world = &world, .in = {arena_strndup(world.arena, (const char *)data, size), size}};
        if (world_run(&world, run, &try)) {
                StrBuf once = {.arena = world.arena}, twice = {.arena = world.arena};
                ProtobufCMessage *back;
                storage_put_json(&once, &lead_module, try.record, NULL, 0);
                if (storage_to_message(world.arena, &lead_module, (Str){once.p, once.len}, &back) != 0) {
                        (void)fprintf(stderr, "not read back: %s\n", once.p);
                        abort();
                }
                storage_put_json(&twice, &lead_module, back, NULL, 0);
                if (once.len != twice.len || memcmp(once.p, twice.p, once.len) != 0)
                        abort();
        }
        world_done(&world);
        return 0;
}
