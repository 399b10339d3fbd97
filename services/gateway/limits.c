/* Counting requests. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"

#define SLOTS 16384 /* of 16 bytes */
#define WAYS  4     /* places that a name may have */

typedef struct Count {
        uint64_t name; /* 0 = empty */
        uint32_t window;
        uint32_t n;
} Count;

struct Limits {
        LimitRule rules[LIMIT_MAX];
        uint8_t key[crypto_shorthash_KEYBYTES]; /* nobody can choose a name that meets another's */
        Count counts[SLOTS];
};

const char *const limit_names[LIMIT_MAX] = {
        [LIMIT_ADDRESS] = "address", [LIMIT_USER] = "user", [LIMIT_KEY] = "key"};

Limits *limits_new(const LimitRule rules[static LIMIT_MAX])
{
        Limits *limits = calloc(1, sizeof *limits);

        if (!limits)
                abort();
        memcpy(limits->rules, rules, sizeof limits->rules);
        randombytes_buf(limits->key, sizeof limits->key);
        return limits;
}

Limits *limits_free(Limits *limits)
{
        free(limits);
        return NULL;
}

static uint64_t name_of(const Limits *limits, LimitKind kind, const void *who, size_t len)
{
        uint8_t text[64] = {(uint8_t)kind};
        uint64_t name;

        len = len < sizeof text - 1 ? len : sizeof text - 1;
        memcpy(text + 1, who, len);
        (void)crypto_shorthash((uint8_t *)&name, text, len + 1, limits->key);
        return name ? name : 1;
}

/* Its place, or the place of the one that was counted longest ago. */
static Count *count_of(Limits *limits, uint64_t name)
{
        Count *set = &limits->counts[name % (SLOTS / WAYS) * WAYS], *oldest = set;

        for (unsigned i = 0; i < WAYS; i++) {
                if (set[i].name == name)
                        return &set[i];
                if (set[i].name == 0 || set[i].window < oldest->window)
                        oldest = &set[i];
                if (set[i].name == 0)
                        break;
        }
        *oldest = (Count){.name = name};
        return oldest;
}

bool limits_take(Limits *limits, LimitKind kind, const void *who, size_t len, int64_t now, LimitState *ret)
{
        const LimitRule *rule = &limits->rules[kind];
        int64_t second = now / 1000000;

        if (rule->quota == 0)
                return false;
        Count *count = count_of(limits, name_of(limits, kind, who, len));
        uint32_t window = (uint32_t)(second / rule->window) + 1;
        if (count->window != window) {
                count->window = window;
                count->n = 0;
        }
        if (count->n < UINT32_MAX)
                count->n++;
        *ret = (LimitState){.kind = kind,
                .rule = *rule,
                .left = count->n < rule->quota ? rule->quota - count->n : 0,
                .reset = rule->window - (uint32_t)(second % rule->window),
                .over = count->n > rule->quota};
        return true;
}

bool limit_parse(Str text, LimitRule *ret)
{
        const char *slash = memchr(text.p, '/', text.len);
        Str quota = {text.p, slash ? (size_t)(slash - text.p) : text.len};

        *ret = (LimitRule){.window = 1};
        if (parse_u32(quota, &ret->quota) != 0)
                return false;
        if (!slash)
                return ret->quota == 0;
        return parse_u32((Str){slash + 1, text.len - quota.len - 1}, &ret->window) == 0 && ret->window >= 1 &&
               ret->window <= 3600;
}
