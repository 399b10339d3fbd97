/* The strict decoder of chunked bodies. */

#include "http/chunked.h"
#include "http/chars.h"

#define DIGITS_MAX 15 /* no overflow of 64 bits */

enum {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        OVER,
        BROKEN,
};

static uint8_t size_byte(Chunked *chunked, char c)
{
        int digit = hex_value(c);
        if (digit >= 0) {
                if (chunked->digits++ == DIGITS_MAX)
                        return BROKEN;
                chunked->left = chunked->left << 4 | (uint64_t)digit;
                return SIZE;
        }
        if (chunked->digits == 0)
                return BROKEN;
        return c == ';' ? EXTENSION : c == '\r' ? SIZE_LF : BROKEN;
}

static uint8_t extension_byte(Chunked *chunked, char c)
{
        if (c == '\r')
                return SIZE_LF;
        return char_is(c, CHAR_VALUE) && ++chunked->extensions <= CHUNKED_EXTENSIONS_MAX ? EXTENSION : BROKEN;
}

static uint8_t trailer_byte(Chunked *chunked, char c)
{
        if (++chunked->trailers > CHUNKED_TRAILERS_MAX)
                return BROKEN;
        switch (chunked->state) {
        case TRAILER:
                return c == '\r' ? END_LF : char_is(c, CHAR_TOKEN) ? TRAILER_NAME : BROKEN;
        case TRAILER_NAME:
                return c == ':' ? TRAILER_VALUE : char_is(c, CHAR_TOKEN) ? TRAILER_NAME : BROKEN;
        default:
                return c == '\r' ? TRAILER_LF : char_is(c, CHAR_VALUE) ? TRAILER_VALUE : BROKEN;
        }
}

static uint8_t framing_byte(Chunked *chunked, char c)
{
        switch (chunked->state) {
        case SIZE:
                return size_byte(chunked, c);
        case EXTENSION:
                return extension_byte(chunked, c);
        case SIZE_LF:
                chunked->digits = 0;
                return c != '\n' ? BROKEN : chunked->left > 0 ? DATA : TRAILER;
        case DATA_CR:
                return c == '\r' ? DATA_LF : BROKEN;
        case DATA_LF:
                return c == '\n' ? SIZE : BROKEN;
        case TRAILER_LF:
                return c == '\n' ? TRAILER : BROKEN;
        case END_LF:
                return c == '\n' ? OVER : BROKEN;
        default:
                return trailer_byte(chunked, c);
        }
}

ChunkedResult chunked_next(Chunked *chunked, Str *input, Str *ret)
{
        for (;;) {
                if (chunked->state == OVER)
                        return CHUNKED_END;
                if (chunked->state == BROKEN)
                        return CHUNKED_BAD;
                if (input->len == 0)
                        return CHUNKED_MORE;
                if (chunked->state == DATA)
                        break;
                chunked->state = framing_byte(chunked, input->p[0]);
                input->p++;
                input->len--;
        }
        size_t len = input->len < chunked->left ? input->len : (size_t)chunked->left;
        *ret = (Str){input->p, len};
        input->p += len;
        input->len -= len;
        chunked->left -= len;
        if (chunked->left == 0)
                chunked->state = DATA_CR;
        return CHUNKED_DATA;
}
