/* Authorisation, in one place. */
#include "entity/access.h"

void access_check(Req *rq, const Module *module, AccessRight right)
{
        (void)module;
        (void)right;
        if (uuid_is_nil(&rq->context.user))
                req_fail(rq, SIGN_IN, NULL, NULL);
}

void access_check_record(Req *rq, const Module *module, const ProtobufCMessage *record)
{
        (void)record;
        access_check(rq, module, ACCESS_SEE);
}
