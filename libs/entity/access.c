/* The checks of ACCESS.md. */
#include "entity/access.h"

void access_check(Req *rq, const ModuleRuntime *module, AccessRight right)
{
        (void)module;
        (void)right;
        if (uuid_is_nil(&rq->context.user))
                req_fail(rq, SIGN_IN, NULL, NULL);
}

void access_check_record(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record, AccessRight right)
{
        (void)record;
        access_check(rq, module, right);
}
