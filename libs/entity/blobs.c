/* The blob folder: writing, naming, sweeping. Owns its files. */
#include "entity/blobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART       ".part-" /* of names that are not whole yet */
#define RANDOM     16
#define MEASURE    ((uint64_t)8 << 20) /* bytes between two looks at the folder */
#define PATH_BYTES 512

struct BlobWriter {
        const Blobs *blobs;
        int file, error;
        uint64_t used;    /* in the folder, this file included, at the last look */
        uint64_t unknown; /* written since */
        char handle[BLOB_HANDLE + 1];
        char part[PATH_BYTES], path[PATH_BYTES];
};

/* ---- how full it is ---- */

static uint64_t bytes_in(const char *folder)
{
        DIR *dir = opendir(folder);
        uint64_t bytes = 0;
        struct dirent *entry;
        struct stat st;

        if (!dir)
                return 0;
        while ((entry = readdir(dir)) != NULL)
                if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
                        bytes += (uint64_t)st.st_size;
        (void)closedir(dir);
        return bytes;
}

static void measure(void *arg)
{
        BlobWriter *writer = arg;

        writer->used = bytes_in(writer->blobs->folder);
        writer->unknown = 0;
}

static bool has_room(BlobWriter *writer, size_t more)
{
        if (writer->blobs->max_bytes == 0)
                return true;
        if (writer->unknown >= MEASURE)
                loop_offload(writer->blobs->loop, measure, writer);
        return writer->used + writer->unknown + more <= writer->blobs->max_bytes;
}

/* ---- writing ---- */

static int open_part(BlobWriter *writer, const char *service)
{
        const char *folder = writer->blobs->folder;
        char digits[2 * RANDOM + 1];
        uint8_t random[RANDOM];

        randombytes_buf(random, sizeof random);
        (void)sodium_bin2hex(digits, sizeof digits, random, sizeof random);
        int n = snprintf(writer->handle, sizeof writer->handle, "%s-%s", service, digits);
        int m = snprintf(writer->part, sizeof writer->part, "%s/" PART "%s", folder, writer->handle);
        if (n >= (int)sizeof writer->handle || m >= (int)sizeof writer->part)
                return -ENAMETOOLONG;
        (void)snprintf(writer->path, sizeof writer->path, "%s/%s", folder, writer->handle);
        writer->file = open(writer->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
        return writer->file < 0 ? -errno : 0;
}

int blob_begin(const Blobs *blobs, const char *service, BlobWriter **ret)
{
        BlobWriter *writer;
        int r;

        if (!blobs->folder || !blobs->folder[0])
                return -ENOENT;
        writer = calloc(1, sizeof *writer);
        if (!writer)
                abort();
        writer->blobs = blobs;
        if (blobs->max_bytes > 0)
                loop_offload(blobs->loop, measure, writer);
        r = has_room(writer, 1) ? open_part(writer, service) : -ENOSPC;
        if (r == 0)
                *ret = writer;
        else
                free(writer);
        return r;
}

int blob_put(BlobWriter *writer, const void *data, size_t len)
{
        const char *bytes = data;

        if (writer->error == 0 && !has_room(writer, len))
                writer->error = -ENOSPC;
        while (writer->error == 0 && len > 0) {
                ssize_t n = write(writer->file, bytes, len);
                if (n < 0 && errno != EINTR)
                        writer->error = errno == EDQUOT ? -ENOSPC : -errno;
                if (n <= 0)
                        continue;
                bytes += n;
                len -= (size_t)n;
                writer->unknown += (uint64_t)n;
        }
        return writer->error;
}

/* The bytes, the name, the folder that has it: in this order a crash leaves a whole file or none. */
static void settle(void *arg)
{
        BlobWriter *writer = arg;

        if (fsync(writer->file) != 0 || rename(writer->part, writer->path) != 0) {
                writer->error = errno == EDQUOT ? -ENOSPC : -errno;
                return;
        }
        int folder = open(writer->blobs->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0 || fsync(folder) != 0)
                writer->error = -errno;
        if (folder >= 0)
                (void)close(folder);
        if (writer->error != 0)
                (void)unlink(writer->path);
}

int blob_end(BlobWriter *writer, char ret_handle[static BLOB_HANDLE + 1])
{
        if (writer->error == 0)
                loop_offload(writer->blobs->loop, settle, writer);
        int r = writer->error;
        if (r == 0)
                memcpy(ret_handle, writer->handle, sizeof writer->handle);
        (void)blob_drop(writer);
        return r;
}

BlobWriter *blob_drop(BlobWriter *writer)
{
        if (writer) {
                (void)close(writer->file);
                (void)unlink(writer->part); /* has gone when it got its name */
        }
        free(writer);
        return NULL;
}

/* ---- handles ---- */

bool blob_valid(const char *handle, const char *service)
{
        size_t n = handle ? strlen(handle) : 0, from = n - 2 * (size_t)RANDOM;

        if (n <= 2 * (size_t)RANDOM + 1 || n > BLOB_HANDLE || handle[from - 1] != '-')
                return false;
        for (size_t i = 0; i < from - 1; i++)
                if (!((handle[i] >= 'a' && handle[i] <= 'z') || (handle[i] == '-' && i > 0)))
                        return false;
        for (size_t i = from; i < n; i++)
                if (hex_value(handle[i]) < 0 || (handle[i] >= 'A' && handle[i] <= 'F'))
                        return false;
        return !service || (strlen(service) == from - 1 && memcmp(service, handle, from - 1) == 0);
}

char *blob_path(Arena *arena, const char *folder, const char *handle)
{
        return arena_printf(arena, "%s/%s", folder, handle);
}

void blob_remove(const char *folder, const char *handle)
{
        char path[PATH_BYTES];

        if (blob_valid(handle, NULL) &&
                snprintf(path, sizeof path, "%s/%s", folder, handle) < (int)sizeof path)
                (void)unlink(path);
}

/* ---- sweeping ---- */

typedef struct Sweep {
        const Blobs *blobs;
        const char *service;
        Arena *arena;
        int64_t before; /* realtime seconds */
        unsigned n, max;
        const char **handles;
} Sweep;

static void sweep_entry(Sweep *sweep, int folder, const char *name)
{
        bool part = strncmp(name, PART, sizeof PART - 1) == 0;
        struct stat st;

        if (!part && !blob_valid(name, sweep->service))
                return;
        if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
                st.st_mtime > sweep->before)
                return;
        if (part)
                (void)unlinkat(folder, name, 0);
        else if (sweep->n < sweep->max)
                sweep->handles[sweep->n++] = arena_strdup(sweep->arena, name);
}

static void sweep_folder(void *arg)
{
        Sweep *sweep = arg;
        DIR *dir = opendir(sweep->blobs->folder);
        struct dirent *entry;

        while (dir && (entry = readdir(dir)) != NULL)
                sweep_entry(sweep, dirfd(dir), entry->d_name);
        if (dir)
                (void)closedir(dir);
}

unsigned blobs_old(const Blobs *blobs, const char *service, Arena *arena, int64_t now, unsigned max,
        const char *const **ret)
{
        Sweep sweep = {.blobs = blobs,
                .service = service,
                .arena = arena,
                .before = (now - BLOB_OLD_US) / 1000000,
                .max = max,
                .handles = arena_array(arena, max, sizeof *sweep.handles)};

        if (blobs->folder && blobs->folder[0])
                loop_offload(blobs->loop, sweep_folder, &sweep);
        *ret = sweep.handles;
        return sweep.n;
}
