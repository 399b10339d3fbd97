#pragma once

#include "entity/req.h"

/* References of a change, checked together: each must be in the local copy (or the own table) and not
 * deleted. */

#define REFERENCES_MAX 64

typedef struct References {
        Req *rq;
        unsigned n;
        const Field *fields[REFERENCES_MAX];
        Uuid ids[REFERENCES_MAX];
} References;

void references_add(References *references, const Field *field, const Uuid *id);
/* Notes REFERENCE for each that does not exist. */
void references_check(References *references);
