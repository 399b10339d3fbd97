#pragma once

#include <sodium.h>

#include "base/uuid.h"

/* How often somebody may ask: a count for each window of some seconds, by person, API key and address. Each
 * replica counts for itself. A table of fixed size: under a flood of addresses the counts of those that were
 * quiet longest are forgotten first. */

typedef enum LimitKind { LIMIT_ADDRESS, LIMIT_USER, LIMIT_KEY, LIMIT_MAX } LimitKind;

typedef struct LimitRule {
        uint32_t quota;  /* requests a window; 0 = no limit */
        uint32_t window; /* seconds */
} LimitRule;

typedef struct LimitState {
        LimitKind kind;
        LimitRule rule;
        uint32_t left;  /* requests in this window */
        uint32_t reset; /* seconds until the next one */
        bool over;
} LimitState;

#define LIMIT_SLOTS 16384

typedef struct LimitCount {
        uint64_t name; /* 0 = empty */
        uint32_t window;
        uint32_t n;
} LimitCount;

typedef struct Limits {
        LimitRule rules[LIMIT_MAX];
        uint64_t refused[LIMIT_MAX];            /* requests, so far */
        uint8_t key[crypto_shorthash_KEYBYTES]; /* nobody can choose a name that meets another's */
        LimitCount counts[LIMIT_SLOTS];
} Limits;

/* Of a struct that is all zero. */
void limits_init(Limits *ret, const LimitRule rules[static LIMIT_MAX]);
/* Counts one request at `now` (monotonic µs). False: there is no such limit, and *ret is not set. */
bool limits_take(Limits *limits, LimitKind kind, const void *who, size_t len, int64_t now, LimitState *ret);
extern const char *const limit_names[LIMIT_MAX]; /* "address", "user", "key" */
/* "1000/10": requests a window of seconds; "0": no limit. */
bool limit_parse(Str text, LimitRule *ret);
