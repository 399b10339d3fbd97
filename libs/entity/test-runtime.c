#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/loop.h"
#include "entity/runtime.h"

#define HOUR_US INT64_C(3600000000)

/* One that was replaced long ago; what it points to dies with it, as a sanitizer sees. */
static Runtime *generation(Entity *entity, const char *name)
{
        Arena *arena = arena_new();
        Runtime *runtime = arena_alloc(arena, sizeof *runtime);
        Module *module = arena_alloc(arena, sizeof *module);
        ModuleRuntime *modules = arena_alloc(arena, sizeof *modules);

        module->name = arena_strdup(arena, name);
        modules->module = module;
        *runtime = (Runtime){.arena = arena, .n = 1, .modules = modules, .former = entity->runtime};
        if (entity->runtime)
                entity->runtime->left_at = clock_monotonic() - HOUR_US;
        entity->runtime = runtime;
        return runtime;
}

static unsigned generations(const Entity *entity)
{
        unsigned n = 0;

        for (const Runtime *runtime = entity->runtime; runtime; runtime = runtime->former)
                n++;
        return n;
}

/* Whoever holds one reads its fields for as long as that takes, also when those around it go. */
static void test_held(void **state)
{
        Entity entity = {};

        (void)generation(&entity, "first");
        Runtime *second = generation(&entity, "second");
        assert_ptr_equal(runtime_hold(&entity), second);
        const ModuleRuntime *module = runtime_module(&entity, STR("second"));
        assert_ptr_equal(runtime_hold(&entity), second);
        (void)generation(&entity, "third");
        Runtime *fourth = generation(&entity, "fourth");
        assert_int_equal(generations(&entity), 4);
        runtime_release(&entity, runtime_hold(&entity));
        assert_int_equal(generations(&entity), 2);
        assert_string_equal(module->module->name, "second");
        runtime_release(&entity, second);
        assert_string_equal(module->module->name, "second");
        runtime_release(&entity, NULL);
        runtime_release(&entity, second);
        assert_int_equal(generations(&entity), 1);
        assert_ptr_equal(entity.runtime, fourth);
        runtime_done(&entity);
}

/* One that was replaced just now may be in use by a request. */
static void test_fresh(void **state)
{
        Entity entity = {};
        Runtime *first = generation(&entity, "first");

        (void)generation(&entity, "second");
        first->left_at = clock_monotonic();
        runtime_release(&entity, runtime_hold(&entity));
        assert_int_equal(generations(&entity), 2);
        runtime_done(&entity);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_held),
                cmocka_unit_test(test_fresh),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
