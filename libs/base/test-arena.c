#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/str.h"

static void test_alloc_is_zeroed_and_aligned(void **state)
{
        (void)state;
        static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 4000, 4096, 9000, 65520, 70000, 1 << 20};
        Arena *arena = arena_new();

        for (int round = 0; round < 3; round++) {
                for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                        char *p = arena_alloc(arena, sizes[i]);
                        assert_int_equal((uintptr_t)p % 16, 0);
                        for (size_t k = 0; k < sizes[i]; k++)
                                assert_int_equal(p[k], 0);
                        memset(p, 0x5A, sizes[i]);
                }
                arena_reset(arena);
                assert_int_equal(arena_used(arena), 0);
        }
        assert_null(arena_free(arena));
        assert_null(arena_free(NULL));
}

static void test_allocations_do_not_overlap(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        unsigned char *p[500];

        for (unsigned round = 0; round < 2; round++) {
                for (unsigned i = 0; i < 500; i++) {
                        p[i] = arena_raw(arena, i * 3 + 1);
                        memset(p[i], (int)i & 0xFF, i * 3 + 1);
                }
                for (unsigned i = 0; i < 500; i++)
                        for (unsigned k = 0; k < i * 3 + 1; k++)
                                assert_int_equal(p[i][k], i & 0xFF);
                assert_true(arena_used(arena) >= 500 * 499 / 2 * 3);
                arena_reset(arena);
        }
        arena_free(arena);
}

static void test_reset_keeps_the_first_blocks(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        void *before[8], *first = arena_alloc(arena, 100);

        for (unsigned i = 0; i < 8; i++)
                before[i] = arena_raw(arena, 5000);
        arena_reset(arena);
        assert_ptr_equal(arena_alloc(arena, 100), first);
        for (unsigned i = 0; i < 8; i++)
                assert_ptr_equal(arena_raw(arena, 5000), before[i]);
        arena_free(arena);
}

static void test_grow(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        char *p = arena_grow(arena, NULL, 0, 10);

        memcpy(p, "123456789", 10);
        char *same = arena_grow(arena, p, 10, 1000);
        assert_ptr_equal(same, p);
        (void)arena_alloc(arena, 1);
        char *moved = arena_grow(arena, same, 1000, 2000);
        assert_ptr_not_equal(moved, same);
        assert_string_equal(moved, "123456789");
        for (size_t size = 2000; size < 4 << 20; size *= 2) {
                moved = arena_grow(arena, moved, size, size * 2);
                moved[size * 2 - 1] = 'x';
                assert_string_equal(moved, "123456789");
        }
        assert_true(arena_used(arena) < 9 << 20); /* the large steps were moved, not left behind */
        arena_free(arena);
}

static void test_copies(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        char big[1000];

        memset(big, 'a', sizeof big);
        big[999] = '\0';
        assert_null(arena_strdup(arena, NULL));
        assert_null(arena_strndup(arena, NULL, 0));
        assert_string_equal(arena_strdup(arena, "uno"), "uno");
        assert_string_equal(arena_strndup(arena, "unodos", 3), "uno");
        assert_string_equal(arena_printf(arena, "%s-%d", "a", 7), "a-7");
        assert_string_equal(arena_printf(arena, "%s", big), big);
        assert_memory_equal(arena_memdup(arena, "\0\1\2", 3), "\0\1\2", 3);
        arena_free(arena);
}

static char order[8]; /* the names of the cleanups as they ran */

static void note(void *object)
{
        size_t len = strlen(order);

        assert_true(len + 1 < sizeof order);
        order[len] = *(const char *)object;
        order[len + 1] = '\0';
}

static void test_cleanups_run_backwards(void **state)
{
        (void)state;
        Arena *arena = arena_new();

        order[0] = '\0';
        arena_cleanup(arena, note, (char[]){"a"});
        arena_cleanup(arena, note, (char[]){"b"});
        arena_reset(arena);
        assert_string_equal(order, "ba");
        arena_cleanup(arena, note, (char[]){"c"});
        arena_free(arena);
        assert_string_equal(order, "bac");
}

static void test_protobuf_allocator(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        ProtobufCAllocator *allocator = arena_protobuf(arena);
        void *p = allocator->alloc(allocator->allocator_data, 64);

        assert_non_null(p);
        assert_true(arena_used(arena) >= 64);
        allocator->free(allocator->allocator_data, p);
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_alloc_is_zeroed_and_aligned),
                cmocka_unit_test(test_allocations_do_not_overlap),
                cmocka_unit_test(test_reset_keeps_the_first_blocks),
                cmocka_unit_test(test_grow),
                cmocka_unit_test(test_copies),
                cmocka_unit_test(test_cleanups_run_backwards),
                cmocka_unit_test(test_protobuf_allocator),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
