/* Counting requests. */
#include <string.h>

#include "limits.h"

#define WAYS 4 /* places that a name may have */

const char *const limit_names[LIMIT_MAX] = {
        [LIMIT_ADDRESS] = "address", [LIMIT_USER] = "user", [LIMIT_KEY] = "key"};

void limits_init(Limits *ret, const LimitRule rules[static LIMIT_MAX])
{
        memcpy(ret->rules, rules, sizeof ret->rules);
        randombytes_buf(ret->key, sizeof ret->key);
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
static LimitCount *count_of(Limits *limits, uint64_t name)
{
        LimitCount *set = &limits->counts[name % (LIMIT_SLOTS / WAYS) * WAYS], *oldest = set;

        for (unsigned i = 0; i < WAYS; i++) {
                if (set[i].name == name)
                        return &set[i];
                if (set[i].name == 0 || set[i].window < oldest->window)
                        oldest = &set[i];
                if (set[i].name == 0)
                        break;
        }
        *oldest = (LimitCount){.name = name};
        return oldest;
}

bool limits_take(Limits *limits, LimitKind kind, const void *who, size_t len, int64_t now, LimitState *ret)
{
        const LimitRule *rule = &limits->rules[kind];
        int64_t second = now / 1000000;

        if (rule->quota == 0)
                return false;
        LimitCount *count = count_of(limits, name_of(limits, kind, who, len));
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
        limits->refused[kind] += ret->over;
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
