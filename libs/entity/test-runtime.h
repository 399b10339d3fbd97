#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "entity/authz.h"
#include "entity/record.h"
#include "entity/runtime.h"
#include "identity.cauce.h"
#include "leads.cauce.h"

/* The leads module in force without a database, with one custom field of each storage: for tests and fuzzers.
 */

static const PicklistItem test_sizes[] = {
        {"small", {"Pequeño", "Small"}, NULL}, {"big", {"Grande", "Big"}, NULL}};
static const Picklist test_size_list = {"size", 2, test_sizes};
static const Field test_custom[] = {
        {.name = "nick", .kind = KIND_TEXT, .flags = FIELD_CUSTOM, .max = 500},
        {.name = "visits", .kind = KIND_INTEGER, .flags = FIELD_CUSTOM},
        {.name = "rate", .kind = KIND_DECIMAL, .flags = FIELD_CUSTOM},
        {.name = "vip", .kind = KIND_BOOL, .flags = FIELD_CUSTOM},
        {.name = "since", .kind = KIND_DATE, .flags = FIELD_CUSTOM},
        {.name = "seen", .kind = KIND_DATETIME, .flags = FIELD_CUSTOM},
        {.name = "size", .kind = KIND_PICKLIST, .flags = FIELD_CUSTOM, .picklist = &test_size_list},
};
#define TEST_CUSTOM (sizeof test_custom / sizeof test_custom[0])

typedef struct TestWorld {
        Arena *arena;
        Entity entity;
        ModuleRuntime module;
        const Field *columns[100];
        const Field *custom[TEST_CUSTOM];
        CallContext context;
        Req rq;
} TestWorld;

/* The request's user may do all. */
static inline void world_administrator(TestWorld *world)
{
        User user = USER_INIT;
        const AuthzRecord record = {&user_module, &user.base};

        record_set_uuid(world->arena, &user.id, &user.has_id, &world->context.user);
        user.has_administrator = user.administrator = true;
        world->entity.authz = authz_build(&record, 1, 1);
}

static inline void world_init(TestWorld *world)
{
        *world = (TestWorld){.arena = arena_new(), .entity = {.service_name = "leads", .currency = "COP"}};
        (void)zone_open("America/Bogota", &world->entity.zone);
        world->context.user = uuid_v7();
        world->module.module = &lead_module;
        for (unsigned i = 0; i < lead_meta.n_fields; i++)
                if (store_of(lead_meta.fields[i].kind) != STORE_NONE)
                        world->columns[world->module.n_columns++] = &lead_meta.fields[i];
        for (unsigned i = 0; i < TEST_CUSTOM; i++)
                world->custom[world->module.n_custom++] = &test_custom[i];
        world->module.columns = world->columns;
        world->module.custom = world->custom;
        world_administrator(world);
}

static inline void world_done(TestWorld *world)
{
        authz_done(&world->entity);
        world->arena = arena_free(world->arena);
}

static inline bool world_run(TestWorld *world, void (*body)(Req *rq, void *arg), void *arg)
{
        return req_run(&world->rq, world->arena, &world->entity, &world->context, body, arg);
}
