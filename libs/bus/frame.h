#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bus/headers.h"
#include "bus/subject.h"

/* Lines of the NATS protocol as a client sends them. Private to libs/bus. */

/* What headers add to a message's size beside their own text. */
#define HEADERS_FRAME (sizeof "NATS/1.0\r\n\r\n" - 1)

typedef struct Frame {
        size_t len;
        char text[HEADERS_OUT_MAX + 2 * (SUBJECT_MAX + 1) + 64];
} Frame;

/* What comes before the data of PUB, or of HPUB when there are headers; the subjects are valid, `reply` and
 * `headers` may be NULL. */
void frame_pub(
        Frame *frame, const char *subject, const char *reply, const HeaderBlock *headers, size_t data_len);
/* Without its line end. */
void frame_unsub(Frame *frame, uint64_t sid);
