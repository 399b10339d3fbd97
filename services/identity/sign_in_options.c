/* What the sign-in page offers: answers sign_in_options, to anybody. */
#include "links.h"
#include "oidc.h"
#include "service/service.h"
#include "set_up.h"

void identity_sign_in_options(Req *rq, const SignInOptionsRequest *in, SignInOptionsReply *ret)
{
        (void)in;
        ret->has_set_up = ret->has_forgotten = true;
        ret->set_up = set_up_open(rq);
        ret->forgotten = mail_on(rq->entity);
        if (oidc_on(rq->entity))
                ret->provider = (char *)service_config(rq->entity, "CAUCE_OIDC_NAME");
}
