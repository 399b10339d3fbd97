#pragma once

#include "base/message.h"
#include "base/str.h"

/* What an uploaded file really is, told by its bytes: text that may be CSV, and in which encoding, or
 * something else that is refused with what it seems to be. What the sender says of it counts for nothing. */

typedef enum Encoding {
        ENCODING_UTF8,
        ENCODING_UTF16LE,
        ENCODING_UTF16BE,
        ENCODING_WINDOWS1252, /* and Latin-1, which is a part of it */
        ENCODING_MAX
} Encoding;

extern const char *const encoding_names[ENCODING_MAX]; /* "utf-8" */
/* ENCODING_UTF8 for NULL and for names that are none. */
Encoding encoding_of(const char *name);

#define SNIFF_HEAD 4096

typedef struct Sniff {
        uint8_t head[SNIFF_HEAD]; /* the file's first bytes, until they are judged */
        size_t n;
        bool judged, marked; /* it begins with a byte order mark */
        Encoding wide;       /* one of the two UTF-16, or ENCODING_MAX: bytes */
        bool seen;           /* something other than white space */
        unsigned need;       /* bytes that the UTF-8 character under way lacks */
        uint8_t low, high;   /* bounds of the next one */
        uint64_t sequences, broken, undefined, control, bytes;
        bool half, half_nul; /* of a UTF-16 unit */
} Sniff;

/* The next bytes of the file; zero the struct before the first. MSG_MAX = it may go on, or why it is refused,
 * after its first 4 KiB where they tell. */
MsgCode sniff_feed(Sniff *sniff, const void *data, size_t len);
/* That was all. MSG_MAX and the encoding, or why it is refused. */
MsgCode sniff_end(Sniff *sniff, Encoding *ret);
