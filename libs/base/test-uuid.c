#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/uuid.h"

static void test_v7(void **state)
{
        (void)state;
        Uuid before = uuid_v7();

        for (unsigned i = 0; i < 200000; i++) {
                Uuid id = uuid_v7();
                if (uuid_compare(&before, &id) >= 0)
                        fail_msg("id %u is not after the one before", i);
                assert_int_equal(id.b[6] >> 4, 7);
                assert_int_equal(id.b[8] >> 6, 2);
                before = id;
        }
        int64_t ms = 0;
        for (unsigned i = 0; i < 6; i++)
                ms = ms << 8 | before.b[i];
        assert_in_range(ms / 1000, (uintmax_t)time(NULL) - 2, (uintmax_t)time(NULL) + 2);
        assert_false(uuid_is_nil(&before));
        assert_true(uuid_is_nil(&(Uuid){{0}}));
}

static void test_text(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                int r;
        } cases[] = {
                {"0193b5c0-1b2c-7d3e-8f40-0123456789ab", 0},
                {"0193B5C0-1B2C-7D3E-8F40-0123456789AB", 0},
                {"00000000-0000-0000-0000-000000000000", 0},
                {"0193b5c01b2c7d3e8f400123456789ab", -EINVAL},
                {"{193b5c0-1b2c-7d3e-8f40-0123456789ab", -EINVAL},
                {"0193b5c0-1b2c-7d3e-8f40-0123456789a", -EINVAL},
                {"0193b5c0-1b2c-7d3e-8f40-0123456789abc", -EINVAL},
                {"0193b5c0-1b2c-7d3e-8f40-0123456789ag", -EINVAL},
                {"0193b5c0 1b2c-7d3e-8f40-0123456789ab", -EINVAL},
                {"0193b5c-01b2c-7d3e-8f40-0123456789ab", -EINVAL},
                {"", -EINVAL},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Uuid id = {{1}};
                char text[UUID_TEXT + 1];
                int r = uuid_parse(str_of(cases[i].text), &id);
                if (r != cases[i].r)
                        fail_msg("\"%s\": %d", cases[i].text, r);
                if (r < 0) {
                        assert_int_equal(id.b[0], 1);
                        continue;
                }
                uuid_format(&id, text);
                assert_int_equal(strcasecmp(text, cases[i].text), 0);
        }
}

static void test_order(void **state)
{
        (void)state;
        Uuid ids[] = {{{2}}, {{0xff}}, {{1, 9}}, {{1}}};
        static const uint8_t sorted[] = {1, 1, 2, 0xff};

        qsort(ids, 4, sizeof *ids, uuid_order);
        for (unsigned i = 0; i < 4; i++)
                assert_int_equal(ids[i].b[0], sorted[i]);
        assert_int_equal(ids[1].b[1], 9);
        assert_ptr_equal(bsearch(&(Uuid){{2}}, ids, 4, sizeof *ids, uuid_order), &ids[2]);
        assert_null(bsearch(&(Uuid){{3}}, ids, 4, sizeof *ids, uuid_order));
}

static void test_partition(void **state)
{
        (void)state;
        unsigned count[PARTITIONS] = {0};
        Uuid id;

        assert_int_equal(uuid_parse(STR("0193b5c0-1b2c-7d3e-8f40-0123456789ab"), &id), 0);
        /* FNV-1a by hand: a database function must find the same. */
        uint64_t hash = 14695981039346656037ULL;
        for (unsigned i = 0; i < 16; i++)
                hash = (hash ^ id.b[i]) * 1099511628211ULL;
        assert_int_equal(uuid_partition(&id), hash % 16);
        for (unsigned i = 0; i < 16000; i++) {
                id = uuid_v7();
                count[uuid_partition(&id)]++;
        }
        for (unsigned i = 0; i < PARTITIONS; i++)
                assert_in_range(count[i], 800, 1200);
}

static void test_a_child_draws_other_bytes(void **state)
{
        (void)state;
        uint8_t mine[16], theirs[16];
        int pipe_fds[2], status = 0;

        random_fill(mine, sizeof mine);
        assert_int_equal(pipe(pipe_fds), 0);
        pid_t child = fork();
        if (child == 0) {
                random_fill(theirs, sizeof theirs);
                _exit(write(pipe_fds[1], theirs, sizeof theirs) == sizeof theirs ? 0 : 1);
        }
        random_fill(mine, sizeof mine);
        assert_int_equal(read(pipe_fds[0], theirs, sizeof theirs), sizeof theirs);
        assert_memory_not_equal(mine, theirs, sizeof mine);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        (void)close(pipe_fds[0]);
        (void)close(pipe_fds[1]);
}

static void test_big_fill(void **state)
{
        (void)state;
        uint8_t big[2000] = {0};
        unsigned zero = 0;

        random_fill(big, sizeof big);
        for (unsigned i = 0; i < sizeof big; i++)
                zero += big[i] == 0;
        assert_in_range(zero, 0, 60);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_v7),
                cmocka_unit_test(test_text),
                cmocka_unit_test(test_order),
                cmocka_unit_test(test_partition),
                cmocka_unit_test(test_a_child_draws_other_bytes),
                cmocka_unit_test(test_big_fill),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
