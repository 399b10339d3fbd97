#pragma once

#include "entity/sniff.h"

/* Text in one of the encodings to UTF-8, in pieces that may end anywhere. What is no character becomes
 * U+FFFD; a byte order mark of UTF-16 is dropped. */

typedef struct Decode {
        Encoding encoding;
        StrBuf out;
        bool begun, has_byte;
        uint8_t byte;  /* the first half of a unit */
        uint16_t high; /* a surrogate that waits for its other half; 0 = none */
} Decode;

/* The piece as UTF-8; lives until the next call. Zero all but the encoding before the first. */
Str decode_feed(Decode *decode, const void *data, size_t len);
/* What was left over, and the end of the memory's use but for that. */
Str decode_end(Decode *decode);
void decode_done(Decode *decode);
