/* The table of character classes. */

#include "http/chars.h"

#define VIS (CHAR_VALUE | CHAR_TARGET)
#define TOK (CHAR_TOKEN | VIS)
#define HST (CHAR_HOST | TOK)

/* A target's bytes are those that a browser leaves as they are: all visible ones but " < > # and `. */
const uint8_t http_chars[256] = {
        ['\t'] = CHAR_VALUE,
        [' '] = CHAR_VALUE,
        ['!'] = TOK,
        ['"'] = CHAR_VALUE,
        ['#'] = CHAR_TOKEN | CHAR_VALUE,
        ['$' ... '\''] = TOK,
        ['(' ... ')'] = VIS,
        ['*' ... '+'] = TOK,
        [','] = VIS,
        ['-' ... '.'] = HST,
        ['/'] = VIS,
        ['0' ... '9'] = HST,
        [':' ... ';'] = VIS,
        ['<'] = CHAR_VALUE,
        ['='] = VIS,
        ['>'] = CHAR_VALUE,
        ['?' ... '@'] = VIS,
        ['A' ... 'Z'] = HST,
        ['[' ... ']'] = VIS,
        ['^'] = TOK,
        ['_'] = HST,
        ['`'] = CHAR_TOKEN | CHAR_VALUE,
        ['a' ... 'z'] = HST,
        ['{'] = VIS,
        ['|'] = TOK,
        ['}'] = VIS,
        ['~'] = HST,
        [0x80 ... 0xff] = CHAR_VALUE,
};
