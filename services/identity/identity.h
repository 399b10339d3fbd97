#pragma once

#include "entity/req.h"

/* libsodium's argon2id text of a password, on a helper thread (it takes a tenth of a second). Ends the
 * request when memory is short. */
const char *password_hash(Req *rq, const char *password);
/* False for a wrong password, and for a NULL hash after the same time. */
bool password_verify(Req *rq, const char *hash, const char *password);
