/* RFC 4226's truncation of OpenSSL's HMAC, and base32. Owns, answers, emits nothing. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>

#include "totp_code.h"

#define STEP_US INT64_C(30000000)

uint32_t totp_code(const uint8_t secret[static TOTP_SECRET], int64_t step)
{
        uint8_t counter[8], mac[EVP_MAX_MD_SIZE] = {};

        for (unsigned i = 0; i < sizeof counter; i++)
                counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
        (void)HMAC(EVP_sha1(), secret, TOTP_SECRET, counter, sizeof counter, mac, NULL);
        const uint8_t *p = mac + (mac[19] & 15);
        return (((uint32_t)p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]) % 1000000;
}

int64_t totp_step(const uint8_t secret[static TOTP_SECRET], Str code, int64_t now_us, int64_t last)
{
        int64_t now = now_us / STEP_US, found = 0;
        char text[TOTP_DIGITS + 1];

        if (code.len != TOTP_DIGITS)
                return 0;
        for (int64_t step = now - 1; step <= now + 1; step++) {
                (void)snprintf(text, sizeof text, "%06u", totp_code(secret, step));
                if (sodium_memcmp(text, code.p, TOTP_DIGITS) == 0 && step > last && !found)
                        found = step;
        }
        return found;
}

char *base32(Arena *arena, const uint8_t *data, size_t len)
{
        static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        StrBuf out = {.arena = arena};
        unsigned bits = 0, held = 0;

        for (size_t i = 0; i < len; i++) {
                held = held << 8 | data[i];
                for (bits += 8; bits >= 5; bits -= 5)
                        strbuf_putc(&out, letters[held >> (bits - 5) & 31]);
                held &= (1u << bits) - 1;
        }
        if (bits > 0)
                strbuf_putc(&out, letters[held << (5 - bits) & 31]);
        return out.p;
}
