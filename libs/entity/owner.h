#pragma once

#include "entity/req.h"

/* What the local copy of a foreign record does not know yet, its owner does. The owner answers from its own
 * tables alone (GetRequest.plain), so such calls make no circle. */

enum OwnerOutcome { OWNER_HAS_NOT = 1, OWNER_AWAY };

/* This daemon owns the module ("leads.lead"): there is nobody to ask. */
bool owner_is_self(const Req *rq, const char *module);

/* 0 and the record's label (in the arena), or an outcome. Does not end the request. */
int owner_label(Req *rq, const char *module, const Uuid *id, const char **ret_label);

/* Which of these records the principal sees; the reply lives in the arena. 0 or OWNER_AWAY. */
struct Cauce__VisibleRequest;
struct Cauce__VisibleReply;
int owner_visible(
        Req *rq, const char *module, const struct Cauce__VisibleRequest *in, struct Cauce__VisibleReply *ret);
