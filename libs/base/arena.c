/* Bump allocation. Blocks stand in a list and double in size; the first one also holds the Arena. What is too
 * big for a block has one of its own and goes back to malloc at the next reset. Under the address sanitizer
 * all that was not handed out is poisoned, so an overrun in an arena is seen like one on the heap. */
#include <protobuf-c/protobuf-c.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/sanitizer.h"

#define ARENA_FIRST ((size_t)4096)
#define ARENA_LAST  ((size_t)256 << 10) /* blocks stop doubling here */
#define ARENA_LARGE ((size_t)64 << 10)  /* from here on a block of its own */
#define ARENA_KEEP  ((size_t)64 << 10)  /* what a reset keeps */
#define ALIGN       ((size_t)16)

typedef struct Block {
        struct Block *next;
        size_t size; /* of data */
        size_t used; /* set when the next block takes over */
        _Alignas(16) char data[];
} Block;

typedef struct Cleanup {
        struct Cleanup *next;
        void (*done)(void *object);
        void *object;
} Cleanup;

struct Arena {
        char *at, *end;
        Block *current;
        Block *first;
        Block *large; /* newest first */
        Cleanup *cleanups;
        ProtobufCAllocator protobuf;
};

_Static_assert(sizeof(Block) % ALIGN == 0, "data follows the header");

static _Noreturn void out_of_memory(void)
{
        static const char text[] = "{\"level\":\"error\",\"event\":\"out of memory\"}\n";

        (void)!fwrite(text, 1, sizeof text - 1, stderr);
        abort();
}

static size_t round_up(size_t size)
{
        if (size > PTRDIFF_MAX / 2)
                out_of_memory();
        return (size ? size + ALIGN - 1 : ALIGN) & ~(ALIGN - 1);
}

static Block *block_new(size_t size)
{
        Block *block = malloc(sizeof(Block) + size);

        if (!block)
                out_of_memory();
        *block = (Block){.size = size};
        MEMORY_POISON(block->data, size);
        return block;
}

static Block *block_free(Block *block)
{
        Block *next = block->next;

        MEMORY_UNPOISON(block->data, block->size);
        free(block);
        return next;
}

static void block_enter(Arena *arena, Block *block)
{
        arena->current = block;
        arena->at = block->data;
        arena->end = block->data + block->size;
}

static void *protobuf_alloc(void *arena, size_t size)
{
        return arena_raw(arena, size);
}

static void protobuf_free(void *arena, void *data)
{
        (void)arena;
        (void)data;
}

Arena *arena_new(void)
{
        Block *block = block_new(ARENA_FIRST - sizeof(Block));
        Arena *arena = (Arena *)(void *)block->data;

        MEMORY_UNPOISON(arena, sizeof *arena);
        *arena = (Arena){
                .current = block,
                .first = block,
                .at = block->data + round_up(sizeof(Arena)),
                .end = block->data + block->size,
                .protobuf = {.alloc = protobuf_alloc, .free = protobuf_free, .allocator_data = arena},
        };
        return arena;
}

/* The list may grow while it runs: a cleanup may allocate, even register another one. */
static void run_cleanups(Arena *arena)
{
        while (arena->cleanups) {
                Cleanup *cleanup = arena->cleanups;

                arena->cleanups = cleanup->next;
                cleanup->done(cleanup->object);
        }
}

Arena *arena_free(Arena *arena)
{
        if (!arena)
                return NULL;
        run_cleanups(arena);
        for (Block *block = arena->large; block;)
                block = block_free(block);
        for (Block *block = arena->first; block;) /* the first holds the arena itself */
                block = block_free(block);
        return NULL;
}

void arena_reset(Arena *arena)
{
        Block *last = arena->first;
        size_t kept = 0;

        run_cleanups(arena);
        while (arena->large)
                arena->large = block_free(arena->large);
        for (Block *block = arena->first; block && kept + block->size <= ARENA_KEEP; block = block->next) {
                MEMORY_POISON(block == arena->first ? block->data + round_up(sizeof(Arena)) : block->data,
                        block == arena->first ? block->size - round_up(sizeof(Arena)) : block->size);
                kept += block->size;
                last = block;
        }
        for (Block *block = last->next; block;)
                block = block_free(block);
        last->next = NULL;
        block_enter(arena, arena->first);
        arena->at += round_up(sizeof(Arena));
}

static void *large_alloc(Arena *arena, size_t size)
{
        Block *block = block_new(size);

        block->used = size;
        block->next = arena->large;
        arena->large = block;
        return block->data;
}

/* The current block is full: goes on in the one a reset has kept, else in a new one, and leaves the rest
 * unused. */
static void next_block(Arena *arena, size_t need)
{
        Block *current = arena->current;
        size_t size = current->size + sizeof(Block);

        current->used = (size_t)(arena->at - current->data);
        if (!current->next || current->next->size < need) {
                do {
                        if (size < ARENA_LAST)
                                size *= 2;
                } while (size - sizeof(Block) < need);
                Block *block = block_new(size - sizeof(Block));
                block->next = current->next;
                current->next = block;
        }
        block_enter(arena, current->next);
}

void *arena_raw(Arena *arena, size_t size)
{
        size_t need = round_up(size) + MEMORY_REDZONE;

        if (__builtin_expect(need > (size_t)(arena->end - arena->at), 0)) {
                if (need > ARENA_LARGE) {
                        void *data = large_alloc(arena, need);
                        MEMORY_UNPOISON(data, size);
                        return data;
                }
                next_block(arena, need);
        }
        void *data = arena->at;
        arena->at += need;
        MEMORY_UNPOISON(data, size);
        return data;
}

void *arena_alloc(Arena *arena, size_t size)
{
        return memset(arena_raw(arena, size), 0, size);
}

void *arena_array(Arena *arena, size_t n, size_t size)
{
        size_t total = 0;

        if (__builtin_mul_overflow(n, size, &total))
                out_of_memory();
        return arena_alloc(arena, total);
}

/* The newest large block can be moved by realloc: what grows there leaves no old copies behind. */
static void *large_grow(Arena *arena, size_t size)
{
        size_t need = round_up(size) + MEMORY_REDZONE;
        Block *block = arena->large;

        MEMORY_UNPOISON(block->data, block->size);
        block = realloc(block, sizeof(Block) + need);
        if (!block)
                out_of_memory();
        block->size = block->used = need;
        arena->large = block;
        MEMORY_POISON(block->data, need);
        MEMORY_UNPOISON(block->data, size);
        return block->data;
}

void *arena_grow(Arena *arena, void *data, size_t old, size_t size)
{
        if (!data)
                return arena_raw(arena, size);
        size_t had = round_up(old) + MEMORY_REDZONE;
        size_t need = round_up(size) + MEMORY_REDZONE;
        if ((char *)data + had == arena->at && need - had <= (size_t)(arena->end - arena->at) &&
                need >= had) {
                arena->at += need - had;
                MEMORY_UNPOISON(data, size);
                return data;
        }
        if (arena->large && data == arena->large->data && need > ARENA_LARGE)
                return large_grow(arena, size);
        void *moved = arena_raw(arena, size);
        return memcpy(moved, data, old < size ? old : size);
}

void *arena_memdup(Arena *arena, const void *data, size_t len)
{
        void *copy = arena_raw(arena, len);

        if (len)
                memcpy(copy, data, len);
        return copy;
}

char *arena_strdup(Arena *arena, const char *text)
{
        return text ? arena_memdup(arena, text, strlen(text) + 1) : NULL;
}

char *arena_strndup(Arena *arena, const char *text, size_t len)
{
        if (!text)
                return NULL;
        char *copy = arena_raw(arena, len + 1);
        memcpy(copy, text, len);
        copy[len] = '\0';
        return copy;
}

char *arena_vprintf(Arena *arena, const char *format, va_list args)
{
        char short_text[256];
        va_list again;

        va_copy(again, args);
        int len = vsnprintf(short_text, sizeof short_text, format, args);
        if (len < 0)
                out_of_memory();
        char *text = arena_raw(arena, (size_t)len + 1);
        if ((size_t)len < sizeof short_text)
                memcpy(text, short_text, (size_t)len + 1);
        else
                (void)vsnprintf(text, (size_t)len + 1, format, again);
        va_end(again);
        return text;
}

char *arena_printf(Arena *arena, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        char *text = arena_vprintf(arena, format, args);
        va_end(args);
        return text;
}

void arena_cleanup(Arena *arena, void (*done)(void *object), void *object)
{
        Cleanup *cleanup = arena_raw(arena, sizeof *cleanup);

        *cleanup = (Cleanup){.next = arena->cleanups, .done = done, .object = object};
        arena->cleanups = cleanup;
}

size_t arena_used(const Arena *arena)
{
        size_t used = (size_t)(arena->at - arena->current->data) - round_up(sizeof(Arena));

        for (const Block *block = arena->first; block != arena->current; block = block->next)
                used += block->used;
        for (const Block *block = arena->large; block; block = block->next)
                used += block->used;
        return used;
}

struct ProtobufCAllocator *arena_protobuf(Arena *arena)
{
        return &arena->protobuf;
}
