/* update_me: what people change of themselves, whatever their profile says of users. */
#include "entity/write.h"
#include "identity.h"
#include "people.h"

static void check(Req *rq, const UpdateMeRequest *in)
{
        if (uuid_is_nil(&rq->context.user))
                req_fail(rq, SIGN_IN, NULL, NULL);
        if (rq->context.key)
                req_fail(rq, FORBIDDEN_KEY, NULL, NULL);
        if (in->has_away_until && in->away_until <= rq->now)
                req_fail(rq, OUT_OF_RANGE, "/away_until", req_printf(rq, "> now"));
}

/* By the system: in `arg` what was asked for. */
static void change_myself(Req *rq, void *arg)
{
        const UpdateMeRequest *in = arg;
        const ModuleRuntime *module = runtime_module(rq->entity, STR("user"));
        const ProtobufCMessage *before = entity_load(rq, module, &rq->context.user, false);
        User *user = (User *)record_copy(rq->arena, &user_meta, before);

        if (in->has_away || in->has_away_until) {
                user->has_away = true;
                user->away = in->has_away ? in->away : true;
                user->has_away_until = in->has_away_until;
                user->away_until = in->away_until;
        }
        if (in->lang)
                user->lang = in->lang;
        if (in->phone)
                user->phone = in->phone;
        (void)entity_update(rq, module, before, &user->base);
}

void identity_update_me(Req *rq, const UpdateMeRequest *in, UpdateMeReply *ret)
{
        Req inner;

        (void)ret;
        check(rq, in);
        UpdateMeRequest copy = *in;
        for (int tries = 0; tries < 2; tries++) {
                if (req_run_system(&inner, rq->arena, rq->entity, &rq->context, change_myself, &copy))
                        return;
                if (inner.problems[0].code != MSG_STALE)
                        break;
        }
        req_fail_as(rq, &inner);
}
