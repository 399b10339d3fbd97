#pragma once

#include <stdint.h>

/* What a byte may be part of in HTTP/1.1 (RFC 9110 section 5, RFC 9112 section 3). */
enum {
        CHAR_TOKEN = 1 << 0,  /* method, field name */
        CHAR_VALUE = 1 << 1,  /* field value: visible, blank, tab, or not ASCII */
        CHAR_TARGET = 1 << 2, /* request target */
        CHAR_HOST = 1 << 3,   /* registered name or IPv4 address */
};

extern const uint8_t http_chars[256];

static inline int char_is(char c, uint8_t classes)
{
        return http_chars[(uint8_t)c] & classes;
}
