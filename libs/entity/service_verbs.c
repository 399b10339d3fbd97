/* The verbs of a service as a whole: protobuf in, entity functions, protobuf out. */
#include "entity/service_verbs.h"
#include "entity.pb-c.h"
#include "entity/dead_letters.h"
#include "entity/event_feed.h"
#include "entity/principal.h"
#include "entity/verbs.h"

static Str verb_meta(Req *rq, Str in)
{
        return entity_meta(rq);
}

static Str verb_feed(Req *rq, Str in)
{
        Cauce__FeedReply reply = CAUCE__FEED_REPLY__INIT;

        (void)principal_of(rq);
        entity_feed(rq, req_unpack(rq, &cauce__feed_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_dead_letters(Req *rq, Str in)
{
        Cauce__DeadLettersReply reply = CAUCE__DEAD_LETTERS_REPLY__INIT;

        dead_letters_list(rq, req_unpack(rq, &cauce__dead_letters_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_dead_letter_retry(Req *rq, Str in)
{
        return req_pack(rq,
                &dead_letter_retry(rq, req_unpack(rq, &cauce__dead_letter_request__descriptor, in))->base);
}

static Str verb_dead_letter_drop(Req *rq, Str in)
{
        return req_pack(
                rq, &dead_letter_drop(rq, req_unpack(rq, &cauce__dead_letter_request__descriptor, in))->base);
}

bool entity_service_verb(Req *rq, Str verb, Str in, Str *ret_reply)
{
        static const struct {
                const char *name;
                Str (*answer)(Req *rq, Str in);
        } verbs[] = {
                {"meta", verb_meta},
                {"feed", verb_feed},
                {"dead_letters", verb_dead_letters},
                {"dead_letter_retry", verb_dead_letter_retry},
                {"dead_letter_drop", verb_dead_letter_drop},
        };

        for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
                if (str_is(verb, verbs[i].name)) {
                        *ret_reply = verbs[i].answer(rq, in);
                        return true;
                }
        return false;
}
