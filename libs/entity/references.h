#pragma once

#include "entity/req.h"

/* References of a change, checked together: each must be in the local copy (or the own table), not deleted,
 * and seen by the principal, unless the organisation shows that module to everybody. What is not seen is
 * refused like what does not exist. */

#define REFERENCES_MAX 64

typedef struct References {
        Req *rq;
        unsigned n;
        const Field *fields[REFERENCES_MAX];
        Uuid ids[REFERENCES_MAX];
} References;

void references_add(References *references, const Field *field, const Uuid *id);
/* Notes REFERENCE for each that may not be made. */
void references_check(References *references);

/* The records with these ids that this service knows, of its own modules and of copies; columns: */
enum { REFERRED_MODULE, REFERRED_ID, REFERRED_LABEL, REFERRED_DELETED };
/* 0 or a pg code. */
int references_read(Req *rq, const Uuid *ids, unsigned n, PgRows **ret);
