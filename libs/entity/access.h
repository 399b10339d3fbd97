#pragma once

#include "entity/req.h"

/* Who may do what (design rule 8): deny by default. Until there are profiles, whoever is signed in may do
 * all, and nobody else anything; the system itself (a job, a consumer) runs without a Req. */

typedef enum AccessRight {
        ACCESS_SEE = 1 << 0,
        ACCESS_CREATE = 1 << 1,
        ACCESS_CHANGE = 1 << 2,
        ACCESS_DELETE = 1 << 3,
        ACCESS_IMPORT = 1 << 4,
        ACCESS_SETTINGS = 1 << 5,
} AccessRight;

/* Ends the request with FORBIDDEN when the principal lacks the right on the module. */
void access_check(Req *rq, const Module *module, AccessRight right);
/* Ends the request with NOT_FOUND when the principal may not see the record. */
void access_check_record(Req *rq, const Module *module, const ProtobufCMessage *record);
