/* UUIDs, version 7 and their text. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "base/uuid.h"

#define COUNTER_BITS 26

static const char hex_digits[] = "0123456789abcdef";

Uuid uuid_v7(void)
{
        static _Thread_local int64_t last_ms;
        static _Thread_local uint32_t counter;
        struct timespec now;
        uint8_t random[10];

        (void)clock_gettime(CLOCK_REALTIME, &now);
        int64_t ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
        random_fill(random, sizeof random);
        if (ms > last_ms) {
                /* The counter begins in its lower half, so it never runs out within a millisecond. */
                last_ms = ms;
                memcpy(&counter, random + 6, sizeof counter);
                counter &= (1U << (COUNTER_BITS - 1)) - 1;
        } else if (++counter == 1U << COUNTER_BITS) {
                last_ms++; /* a clock that stands still: borrow from the next one */
                counter = 0;
        }
        ms = last_ms;
        Uuid id = {
                .b = {(uint8_t)(ms >> 40), (uint8_t)(ms >> 32), (uint8_t)(ms >> 24), (uint8_t)(ms >> 16),
                        (uint8_t)(ms >> 8), (uint8_t)ms, (uint8_t)(0x70 | counter >> 22),
                        (uint8_t)(counter >> 14), (uint8_t)(0x80 | (counter >> 8 & 0x3F)), (uint8_t)counter}};
        memcpy(id.b + 10, random, 6);
        return id;
}

bool uuid_is_nil(const Uuid *id)
{
        return uuid_compare(id, &(Uuid){{0}}) == 0;
}

int uuid_compare(const Uuid *a, const Uuid *b)
{
        return memcmp(a->b, b->b, sizeof a->b);
}

int uuid_order(const void *a, const void *b)
{
        return uuid_compare(a, b);
}

int uuid_parse(Str text, Uuid *ret)
{
        Uuid id = {{0}};
        unsigned at = 0;

        if (text.len != UUID_TEXT)
                return -EINVAL;
        for (unsigned i = 0; i < UUID_TEXT; i++) {
                if (i == 8 || i == 13 || i == 18 || i == 23) {
                        if (text.p[i] != '-')
                                return -EINVAL;
                        continue;
                }
                int high = hex_value(text.p[i]);
                int low = hex_value(text.p[++i]);
                if (high < 0 || low < 0)
                        return -EINVAL;
                id.b[at++] = (uint8_t)(high << 4 | low);
        }
        *ret = id;
        return 0;
}

void uuid_format(const Uuid *id, char ret[static UUID_TEXT + 1])
{
        char *to = ret;

        for (unsigned i = 0; i < sizeof id->b; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10)
                        *to++ = '-';
                *to++ = hex_digits[id->b[i] >> 4];
                *to++ = hex_digits[id->b[i] & 15];
        }
        *to = '\0';
}

unsigned uuid_partition(const Uuid *id)
{
        uint32_t hash = 2166136261U;

        for (unsigned i = 0; i < sizeof id->b; i++)
                hash = (hash ^ id->b[i]) * 16777619U;
        return hash % PARTITIONS;
}
