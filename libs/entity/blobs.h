#pragma once

#include <stdio.h>

#include "base/loop.h"
#include "base/str.h"

/* Files of the installation, in a folder that the gateway and the services share. A file has a handle,
 * "<service>-<32 hexadecimal digits>", drawn at random and never a name from outside; the service's `job`
 * table says what it is. A file is under its handle when it is whole and on disk, not before. */

#define BLOB_HANDLE 80
#define BLOB_OLD_US INT64_C(86400000000) /* a file that nothing refers to is taken away when it is older */

typedef struct Blobs {
        Loop *loop;
        const char *folder; /* "" = there is none: -ENOENT */
        uint64_t max_bytes; /* of all files together; 0 = what the disk holds */
} Blobs;

typedef struct BlobWriter BlobWriter;

/* 0, -ENOSPC (the folder is full), or what the system says, below 0. Parks. Whoever has a writer ends or
 * drops it. */
int blob_begin(const Blobs *blobs, const char *service, BlobWriter **ret);
/* The same codes; after one of them all later calls give it too. */
int blob_put(BlobWriter *writer, const void *data, size_t len);
/* Puts it on disk under its handle, and frees the writer; on a fault nothing is left of it. Parks. */
int blob_end(BlobWriter *writer, char ret_handle[static BLOB_HANDLE + 1]);
/* Leaves nothing of it. Accepts NULL, returns NULL. */
BlobWriter *blob_drop(BlobWriter *writer);

/* Has it the shape of a handle, of this service? (`service` NULL: of any.) */
bool blob_valid(const char *handle, const char *service);
/* "<folder>/<handle>", in the arena. The handle is a valid one. */
char *blob_path(Arena *arena, const char *folder, const char *handle);
void blob_remove(const char *folder, const char *handle);

/* The service's handles of files that are older than BLOB_OLD_US at `now` (realtime), at most `max`, for the
 * caller to take away those that nothing refers to. What uploads left behind that old is removed at once. */
unsigned blobs_old(const Blobs *blobs, const char *service, Arena *arena, int64_t now, unsigned max,
        const char *const **ret);
