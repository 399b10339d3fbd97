#pragma once

#include <stdarg.h>
#include <stddef.h>

/* A region that is filled by one request and freed whole. Memory is 16-byte aligned; arena_alloc zeroes it.
 * Running out of memory aborts the process; the size limits at the edge are what bounds a request. */

typedef struct Arena Arena;

Arena *arena_new(void);
/* Runs the cleanups in reverse order and frees everything. Accepts NULL, returns NULL. */
Arena *arena_free(Arena *arena);
/* As arena_free, but keeps the first blocks (64 KiB) for reuse: a pooled arena starts its next request
 * without malloc. */
void arena_reset(Arena *arena);

void *arena_alloc(Arena *arena, size_t size);
/* As arena_alloc without the zeroing: for a buffer that is filled at once. */
void *arena_raw(Arena *arena, size_t size);
/* Grows `data` of `old` bytes (NULL and 0 at first) to `size`, in place when it was the last allocation. The
 * added bytes are not zeroed. */
void *arena_grow(Arena *arena, void *data, size_t old, size_t size);
/* n × size with overflow checked (abort). */
void *arena_array(Arena *arena, size_t n, size_t size);
void *arena_memdup(Arena *arena, const void *data, size_t len);
/* Copies with a terminating NUL; NULL gives NULL. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t len);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* `done(object)` runs at arena_free or arena_reset: how a foreign object (a PGresult) is tied to a request.
 */
void arena_cleanup(Arena *arena, void (*done)(void *object), void *object);
/* Bytes handed out so far. */
size_t arena_used(const Arena *arena);

/* The arena as protobuf-c's allocator (its free is a no-op). The returned struct lives in the arena. */
struct ProtobufCAllocator;
struct ProtobufCAllocator *arena_protobuf(Arena *arena);
