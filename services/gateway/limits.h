#pragma once

#include "base/uuid.h"

/* How often somebody may ask: a count for each window of some seconds, by person, API key and address. Each
 * replica counts for itself. A table of fixed size: under a flood of addresses the counts of those that were
 * quiet longest are forgotten first. */

typedef struct Limits Limits;

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

/* Never NULL. */
Limits *limits_new(const LimitRule rules[static LIMIT_MAX]);
Limits *limits_free(Limits *limits);
/* Counts one request at `now` (monotonic µs). False: there is no such limit, and *ret is not set. */
bool limits_take(Limits *limits, LimitKind kind, const void *who, size_t len, int64_t now, LimitState *ret);
extern const char *const limit_names[LIMIT_MAX]; /* "address", "user", "key" */
/* "1000/10": requests a window of seconds; "0": no limit. */
bool limit_parse(Str text, LimitRule *ret);
