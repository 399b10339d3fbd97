/* Signing out everywhere else: answers rpc end_sessions. */
#include "identity.h"

void identity_end_sessions(Req *rq, const EndSessionsRequest *in, EndSessionsReply *ret)
{
        const Person person = person_asking(rq);

        (void)in;
        ret->has_ended = true;
        ret->ended = sessions_end(rq, &person.id, &rq->context.session);
}
