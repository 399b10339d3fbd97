/* Writes the protocol lines that the bus sends itself. */

#include <string.h>

#include "bus/frame.h"

static void put(Frame *frame, Str text)
{
        memcpy(frame->text + frame->len, text.p, text.len);
        frame->len += text.len;
}

static void put_number(Frame *frame, uint64_t value)
{
        char digits[20];
        unsigned n = 0;
        do
                digits[n++] = (char)('0' + value % 10);
        while (value /= 10);
        while (n > 0)
                frame->text[frame->len++] = digits[--n];
}

static void put_subject(Frame *frame, const char *subject)
{
        put(frame, (Str){subject, strlen(subject)});
        put(frame, STR(" "));
}

void frame_pub(
        Frame *frame, const char *subject, const char *reply, const HeaderBlock *headers, size_t data_len)
{
        if (headers && headers->len == 0)
                headers = NULL;
        size_t headers_len = headers ? headers->len + HEADERS_FRAME : 0;
        frame->len = 0;
        put(frame, headers ? STR("HPUB ") : STR("PUB "));
        put_subject(frame, subject);
        if (reply)
                put_subject(frame, reply);
        if (headers) {
                put_number(frame, headers_len);
                put(frame, STR(" "));
        }
        put_number(frame, headers_len + data_len);
        put(frame, STR("\r\n"));
        if (headers) {
                put(frame, STR("NATS/1.0\r\n"));
                put(frame, (Str){headers->text, headers->len});
                put(frame, STR("\r\n"));
        }
}

void frame_unsub(Frame *frame, uint64_t sid)
{
        frame->len = 0;
        put(frame, STR("UNSUB "));
        put_number(frame, sid);
}
