#pragma once

#include "entity/req.h"

/* What every service answers beside its modules' verbs: rpc.<service>.<verb>, verb = meta, feed,
 * dead_letters, dead_letter_retry, dead_letter_drop. Packed request in, packed reply out. False: no such
 * verb. */
bool entity_service_verb(Req *rq, Str verb, Str in, Str *ret_reply);
