#pragma once

#include "base/str.h"

/* The chunked transfer coding, decoded strictly and byte by byte where it is not payload. Extensions and
 * trailers are checked, bounded and dropped. All zero is the start. */

#define CHUNKED_EXTENSIONS_MAX 4096 /* bytes in one body */
#define CHUNKED_TRAILERS_MAX   8192

typedef enum ChunkedResult {
        CHUNKED_MORE, /* the input is used up */
        CHUNKED_DATA, /* *ret is the next piece of payload */
        CHUNKED_END,
        CHUNKED_BAD,
        CHUNKED_RESULT_MAX
} ChunkedResult;

typedef struct Chunked {
        uint8_t state;
        uint8_t digits;
        uint16_t extensions, trailers; /* bytes so far */
        uint64_t left;                 /* of the chunk */
} Chunked;

/* Reads from the front of `input`, which moves on; what stands behind the end of the body stays. */
ChunkedResult chunked_next(Chunked *chunked, Str *input, Str *ret);
