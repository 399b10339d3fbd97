#pragma once

#include "base/str.h"

/* Addresses that people type. Results in the arena; 0, or -EINVAL. */

#define EMAIL_MAX 254
#define URL_MAX   2048

/* One plain address (RFC 5321 without quotes, comments and address literals), put in lower case: "Ana@Acme.CO
 * " → "ana@acme.co". Letters beyond ASCII are taken. */
int email_normalise(Arena *arena, Str in, char **ret);
/* An http or https address; "acme.co/x" gets its "https://". Scheme and host in lower case, the rest as it
 * came. No user name, no blanks or control characters, a host with a dot or an IP address. */
int url_normalise(Arena *arena, Str in, char **ret);
