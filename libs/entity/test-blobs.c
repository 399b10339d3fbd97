#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "entity/blobs.h"

static char folder[] = "/tmp/test-blobs.XXXXXX";

static int enter(void **state)
{
        return mkdtemp(folder) ? 0 : -1;
}

static int leave(void **state)
{
        char command[80];

        (void)snprintf(command, sizeof command, "rm -rf %s", folder);
        return system(command);
}

static unsigned files(void)
{
        unsigned n = 0;
        DIR *dir = opendir(folder);

        assert_non_null(dir);
        for (const struct dirent *entry; (entry = readdir(dir));)
                n += entry->d_name[0] != '.' || strncmp(entry->d_name, ".part", 5) == 0;
        (void)closedir(dir);
        return n;
}

static Blobs blobs_of(uint64_t most)
{
        return (Blobs){.folder = folder, .max_bytes = most};
}

static void test_whole_or_not_at_all(void **state)
{
        const Blobs blobs = blobs_of(0);
        char handle[BLOB_HANDLE + 1], other[BLOB_HANDLE + 1];
        BlobWriter *writer;
        struct stat st;
        Arena *arena = arena_new();

        assert_int_equal(blob_begin(&blobs, "leads", &writer), 0);
        assert_int_equal(blob_put(writer, "name\n", 5), 0);
        assert_int_equal(blob_end(writer, handle), 0);
        assert_true(blob_valid(handle, "leads"));
        assert_false(blob_valid(handle, "lead"));
        assert_int_equal(stat(blob_path(arena, folder, handle), &st), 0);
        assert_int_equal(st.st_size, 5);
        assert_int_equal(st.st_mode & 07777, 0640 & ~022);
        assert_int_equal(blob_begin(&blobs, "leads", &writer), 0);
        assert_int_equal(blob_put(writer, "x", 1), 0);
        assert_int_equal(files(), 2);
        assert_null(blob_drop(writer));
        assert_int_equal(files(), 1);
        assert_int_equal(blob_begin(&blobs, "leads", &writer), 0);
        assert_int_equal(blob_end(writer, other), 0);
        assert_string_not_equal(handle, other);
        blob_remove(folder, handle);
        blob_remove(folder, other);
        blob_remove(folder, "../../etc/passwd");
        assert_int_equal(files(), 0);
        (void)arena_free(arena);
}

static void test_full(void **state)
{
        const Blobs blobs = blobs_of(100), none = {.folder = ""};
        char handle[BLOB_HANDLE + 1], block[60] = {0};
        BlobWriter *writer;

        assert_int_equal(blob_begin(&none, "leads", &writer), -ENOENT);
        assert_int_equal(blob_begin(&blobs, "leads", &writer), 0);
        assert_int_equal(blob_put(writer, block, sizeof block), 0);
        assert_int_equal(blob_put(writer, block, sizeof block), -ENOSPC);
        assert_int_equal(blob_put(writer, block, 1), -ENOSPC);
        assert_int_equal(blob_end(writer, handle), -ENOSPC);
        assert_int_equal(files(), 0);
        assert_int_equal(blob_begin(&blobs, "leads", &writer), 0);
        assert_int_equal(blob_put(writer, block, sizeof block), 0);
        assert_int_equal(blob_end(writer, handle), 0);
        assert_int_equal(blob_begin(&blobs, "leads", &writer), 0);
        assert_int_equal(blob_put(writer, block, sizeof block), -ENOSPC);
        assert_null(blob_drop(writer));
        blob_remove(folder, handle);
}

static void test_handles(void **state)
{
        static const char good[] = "leads-0123456789abcdef0123456789abcdef";

        assert_true(blob_valid(good, "leads"));
        assert_true(blob_valid("open-data-0123456789abcdef0123456789abcdef", "open-data"));
        assert_false(blob_valid("open-data-0123456789abcdef0123456789abcdef", "data"));
        assert_false(blob_valid(NULL, NULL));
        assert_false(blob_valid("", NULL));
        assert_false(blob_valid("0123456789abcdef0123456789abcdef", NULL));
        assert_false(blob_valid("-0123456789abcdef0123456789abcdef", NULL));
        assert_false(blob_valid("../x-0123456789abcdef0123456789abcdef", NULL));
        assert_false(blob_valid("leads-0123456789ABCDEF0123456789abcdef", NULL));
        assert_false(blob_valid("leads-0123456789abcdef0123456789abcde/", NULL));
}

static void touch(const char *name)
{
        char path[200];

        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        (void)fclose(file);
}

/* A day later the files of a service may be looked at, and what uploads left behind is gone. */
static void test_sweep(void **state)
{
        static const char own[] = "leads-0123456789abcdef0123456789abcdef";
        const Blobs blobs = blobs_of(0);
        int64_t now = clock_realtime();
        const char *const *handles;
        Arena *arena = arena_new();

        touch(own);
        touch("activities-0123456789abcdef0123456789abcdef");
        touch(".part-leads-0123456789abcdef0123456789abcdef");
        touch("README");
        assert_int_equal(blobs_old(&blobs, "leads", arena, now, 10, &handles), 0);
        assert_int_equal(files(), 4);
        now += BLOB_OLD_US + INT64_C(2000000);
        assert_int_equal(blobs_old(&blobs, "leads", arena, now, 10, &handles), 1);
        assert_string_equal(handles[0], own);
        assert_int_equal(files(), 3);
        assert_int_equal(blobs_old(&blobs, "leads", arena, now, 0, &handles), 0);
        (void)arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_whole_or_not_at_all),
                cmocka_unit_test(test_full),
                cmocka_unit_test(test_handles),
                cmocka_unit_test(test_sweep),
        };

        return cmocka_run_group_tests(tests, enter, leave);
}
