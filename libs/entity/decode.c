/* Encodings to UTF-8. */
#include "entity/decode.h"

#define REPLACEMENT 0xfffd

/* 0x80 to 0x9f; the five that are not defined are refused before (sniff.c). */
static const uint16_t windows1252[32] = {0x20ac, REPLACEMENT, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, REPLACEMENT, 0x017d, REPLACEMENT, REPLACEMENT, 0x2018, 0x2019,
        0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, REPLACEMENT, 0x017e,
        0x0178};

static char *put_code(char *to, uint32_t code)
{
        if (code < 0x80) {
                *to++ = (char)code;
        } else if (code < 0x800) {
                *to++ = (char)(0xc0 | code >> 6);
                *to++ = (char)(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
                *to++ = (char)(0xe0 | code >> 12);
                *to++ = (char)(0x80 | (code >> 6 & 0x3f));
                *to++ = (char)(0x80 | (code & 0x3f));
        } else {
                *to++ = (char)(0xf0 | code >> 18);
                *to++ = (char)(0x80 | (code >> 12 & 0x3f));
                *to++ = (char)(0x80 | (code >> 6 & 0x3f));
                *to++ = (char)(0x80 | (code & 0x3f));
        }
        return to;
}

static char *put_unit(Decode *decode, char *to, uint16_t unit)
{
        bool begun = decode->begun;

        decode->begun = true;
        if (!begun && unit == 0xfeff)
                return to;
        if (unit >= 0xdc00 && unit <= 0xdfff) {
                uint32_t code = decode->high ? 0x10000 + ((uint32_t)(decode->high - 0xd800) << 10) +
                                                       (uint32_t)(unit - 0xdc00)
                                             : REPLACEMENT;
                decode->high = 0;
                return put_code(to, code);
        }
        if (decode->high)
                to = put_code(to, REPLACEMENT);
        decode->high = 0;
        if (unit >= 0xd800 && unit <= 0xdbff) {
                decode->high = unit;
                return to;
        }
        return put_code(to, unit);
}

static char *put_wide(Decode *decode, char *to, const uint8_t *data, size_t len)
{
        bool little = decode->encoding == ENCODING_UTF16LE;

        for (size_t i = 0; i < len; i++) {
                decode->has_byte = !decode->has_byte;
                if (decode->has_byte) {
                        decode->byte = data[i];
                        continue;
                }
                uint8_t low = little ? decode->byte : data[i], high = little ? data[i] : decode->byte;
                to = put_unit(decode, to, (uint16_t)(high << 8 | low));
        }
        return to;
}

static char *put_1252(char *to, const uint8_t *data, size_t len)
{
        for (size_t i = 0; i < len; i++)
                to = put_code(to, data[i] >= 0x80 && data[i] < 0xa0 ? windows1252[data[i] - 0x80] : data[i]);
        return to;
}

Str decode_feed(Decode *decode, const void *data, size_t len)
{
        if (decode->encoding == ENCODING_UTF8)
                return (Str){data, len};
        decode->out.len = 0;
        char *to = strbuf_reserve(&decode->out, 3 * len + 8), *end;
        end = decode->encoding == ENCODING_WINDOWS1252 ? put_1252(to, data, len)
                                                       : put_wide(decode, to, data, len);
        decode->out.len = (size_t)(end - to);
        return (Str){decode->out.p, decode->out.len};
}

Str decode_end(Decode *decode)
{
        decode->out.len = 0;
        char *to = strbuf_reserve(&decode->out, 8), *end = to;

        if (decode->high)
                end = put_code(end, REPLACEMENT);
        if (decode->has_byte)
                end = put_code(end, REPLACEMENT);
        decode->high = 0;
        decode->has_byte = false;
        decode->out.len = (size_t)(end - to);
        return (Str){decode->out.p, decode->out.len};
}

void decode_done(Decode *decode)
{
        strbuf_done(&decode->out);
}
