#pragma once

#include "entity/req.h"

/* What the local copy of a foreign record does not know yet, its owner does. The owner answers from its own
 * tables alone (GetRequest.plain), so such calls make no circle. */

enum OwnerOutcome { OWNER_HAS_NOT = 1, OWNER_AWAY };

/* This daemon owns the module ("leads.lead"): there is nobody to ask. */
bool owner_is_self(const Req *rq, const char *module);

/* 0 and the record's label (in the arena), or an outcome. Does not end the request. */
int owner_label(Req *rq, const char *module, const Uuid *id, const char **ret_label);
