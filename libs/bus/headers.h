#pragma once

#include "base/context.h"
#include "base/str.h"

/* NATS message headers as this library writes and reads them. Private to libs/bus. */

#define HEADERS_OUT_MAX     1024 /* bytes of a block that is written */
#define HEADERS_IN_MAX      8192 /* bytes of a block that is read */
#define IDEMPOTENCY_KEY_MAX 255

/* Lines "name: value\r\n" to send. */
typedef struct HeaderBlock {
        size_t len;
        bool overflow;
        char text[HEADERS_OUT_MAX];
} HeaderBlock;

static inline void headers_init(HeaderBlock *block)
{
        block->len = 0;
        block->overflow = false;
}

/* Appends "name: value\r\n". A value with control characters or no room for it marks the block as unusable.
 */
void headers_put(HeaderBlock *block, Str name, Str value);
void headers_put_u64(HeaderBlock *block, Str name, uint64_t value);
/* The request headers of a context; `deadline` (realtime µs) goes out in place of the context's own. 0, or
 * -EINVAL when the idempotency key can't travel. */
int headers_put_context(HeaderBlock *block, const CallContext *context, int64_t deadline);

/* Walks a raw block; the first call skips the "NATS/1.0" line. 1 = a header, 0 = the end, -EINVAL =
 * malformed. */
typedef struct HeaderReader {
        const char *p, *end;
} HeaderReader;
int headers_begin(HeaderReader *reader, Str block);
int headers_next(HeaderReader *reader, Str *ret_name, Str *ret_value);
/* A header's value, names compared without case; an empty Str when it is absent or the block malformed. */
Str headers_find(Str block, Str name);
/* The status in the block's first line (404, 408, 409, 503…); 0 = none. */
int headers_status(Str block);

/* Reads a request's context; what has no header stays nil, 0 or Spanish. The key is copied into the arena. 0,
 * or -EINVAL: a header of ours is malformed or comes twice. */
int headers_parse_context(Arena *arena, Str block, CallContext *ret);
