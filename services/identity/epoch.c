/* The epoch of authorisation as this replica knows it after a look at the database. */
#include "entity/authz_wait.h"
#include "identity.cauce.h"
#include "identity.h"

#define LOOK_US                                                                                              \
        INT64_C(300000) /* a transaction that lasts is not waited for: what is known by then is told */

void identity_epoch(Req *rq, const EpochRequest *in, EpochReply *ret)
{
        (void)in;
        const AuthzEpoch now = authz_epoch_look(rq->entity, clock_monotonic() + LOOK_US);

        ret->has_epoch = ret->has_rights = true;
        ret->epoch = now.epoch;
        ret->rights = now.rights;
}
