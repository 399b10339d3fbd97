#pragma once

#include "base/str.h"

/* One-time codes of RFC 6238: HMAC-SHA-1, six digits, steps of thirty seconds. */

#define TOTP_SECRET 20
#define TOTP_DIGITS 6

uint32_t totp_code(const uint8_t secret[static TOTP_SECRET], int64_t step);
/* The step of now, or its neighbour, whose code this is, after the step `last`; 0 = none of them. */
int64_t totp_step(const uint8_t secret[static TOTP_SECRET], Str code, int64_t now_us, int64_t last);
/* RFC 4648, upper case, without padding, in the arena. */
char *base32(Arena *arena, const uint8_t *data, size_t len);
