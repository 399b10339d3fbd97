#pragma once

#include <stdint.h>

#include "base/message.h"
#include "base/uuid.h"

/* Who asks, since when, until when: travels with a request from the gateway through every service to the log
 * line. */
typedef struct CallContext {
        Uuid user;      /* nil = anonymous or the system itself */
        Uuid session;   /* nil = none; the key's id when `key` */
        bool key;       /* through an API key, within its scopes */
        uint64_t epoch; /* the authorisation epoch the caller has seen */
        char trace[33]; /* W3C trace id, 32 hexadecimal digits */
        char span[17];  /* the parent's span id, 16 hexadecimal digits */
        Lang lang;
        int64_t deadline;            /* realtime µs; 0 = none */
        const char *idempotency_key; /* borrowed; NULL = none */
} CallContext;

/* Fresh trace and span ids. */
void context_new_trace(CallContext *context);
/* "00-<trace>-<span>-01"; "" when the context has no trace. Parsing keeps the context as it was on bad input:
 * 0 or -EINVAL. */
void context_traceparent(const CallContext *context, char ret[static 56]);
int context_parse_traceparent(CallContext *context, Str header);
