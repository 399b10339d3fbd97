#pragma once

#include <stdbool.h>

#include "base/loop.h"
#include "base/str.h"

/* One request to a server outside, by libcurl on the loop: the caller parks until the answer is there, no
 * helper thread waits for it. No redirect is followed, no cookie kept, no connection used twice. */

typedef struct HttpFetch {
        const char *url;
        bool plain;                  /* http:// is allowed too; else https:// alone */
        const char *user, *password; /* of Basic; NULL = none */
        const char *form;            /* application/x-www-form-urlencoded, to POST; NULL = GET */
        size_t max;                  /* bytes of the body */
        int timeout_ms;              /* of the whole */
} HttpFetch;

typedef struct HttpFetched {
        int status;
        Str body;          /* in the arena */
        const char *error; /* of a fault, for the log; else "" */
} HttpFetched;

/* 0 whatever the status; -EMSGSIZE: the body passed `max`; -ETIMEDOUT; -EPROTO: the url cannot be fetched,
 * its certificate is not good, or what came is not HTTP; -ECONNREFUSED: no connection. `ret` is always
 * filled. */
int http_fetch(Loop *loop, Arena *arena, const HttpFetch *fetch, HttpFetched *ret);
/* Appends a text percent-encoded: all but letters, digits and -._~ */
void percent_put(StrBuf *out, const char *text);
/* Appends name=value to a form or a query, with '&' before it when there is something; percent-encoded. */
void form_put(StrBuf *form, const char *name, const char *value);
