/* Numbers that look random and follow from the seed: splitmix64. */
#include "big.h"

static uint64_t mix(uint64_t z)
{
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}

Rng rng_of(const Big *big, enum RngUse use, uint64_t row)
{
        return (Rng){mix(big->seed * 31 + use) ^ mix(row + UINT64_C(0x9e3779b97f4a7c15))};
}

uint64_t rng_next(Rng *rng)
{
        return mix(rng->state += UINT64_C(0x9e3779b97f4a7c15));
}

unsigned rng_below(Rng *rng, unsigned n)
{
        return (unsigned)((rng_next(rng) >> 32) * n >> 32);
}

unsigned rng_small(Rng *rng, unsigned n)
{
        uint64_t a = rng_below(rng, n), b = rng_below(rng, n), c = rng_below(rng, n);

        return (unsigned)(a * b / n * c / n);
}

bool rng_percent(Rng *rng, unsigned percent)
{
        return rng_below(rng, 100) < percent;
}

Uuid rng_uuid(Rng *rng, int64_t at_us)
{
        uint64_t ms = (uint64_t)(at_us / 1000), a = rng_next(rng), b = rng_next(rng);
        Uuid id;

        for (unsigned i = 0; i < 6; i++)
                id.b[i] = (uint8_t)(ms >> (40 - 8 * i));
        for (unsigned i = 6; i < 16; i++)
                id.b[i] = (uint8_t)(i < 8 ? a >> 8 * (i - 6) : b >> 8 * (i - 8));
        id.b[6] = (uint8_t)(0x70 | (id.b[6] & 0x0F));
        id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F));
        return id;
}

const char *rng_weighted(Rng *rng, const Weighted *list, unsigned n)
{
        unsigned total = 0, at;

        for (unsigned i = 0; i < n; i++)
                total += list[i].weight;
        at = rng_below(rng, total);
        while (at >= list->weight)
                at -= (list++)->weight;
        return list->text;
}
