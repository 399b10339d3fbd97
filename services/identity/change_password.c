/* Changing one's own password: answers rpc change_password; ends the person's other sessions. */
#include "identity.h"
#include "links.h"

static void check_current(Req *rq, const ChangePasswordRequest *in, const Person *person)
{
        password_need_room(rq, NULL);
        Guess guess = guess_begin(rq, person->email, in->address);

        password_need_room(rq, &guess);
        if (password_verify(rq, person->password_hash, in->current)) {
                guess_right(rq, &guess);
                return;
        }
        access_log_refused(rq, &guess,
                &(AccessEntry){.person = &person->id,
                        .email = person->email,
                        .method = "password",
                        .address = in->address,
                        .device = in->device});
        req_fail(rq, WRONG_PASSWORD, "/current", NULL);
}

void identity_change_password(Req *rq, const ChangePasswordRequest *in, ChangePasswordReply *ret)
{
        const Person person = person_asking(rq);

        (void)ret;
        if (!in->current || !in->current[0])
                req_note(rq, REQUIRED, "/current", NULL);
        if (!in->password || !in->password[0])
                req_note(rq, REQUIRED, "/password", NULL);
        else
                password_check(rq, "/password", in->password, person.email, person.name);
        req_check(rq);
        check_current(rq, in, &person);
        if (!password_set(rq, &person.id, in->password, person.password_hash))
                req_fail(rq, CONFLICT, NULL, NULL);
        (void)sessions_end(rq, &person.id, &rq->context.session);
        links_end(rq, &person.id);
        access_log(rq, &(AccessEntry){.event = "password_changed",
                               .person = &person.id,
                               .email = person.email,
                               .method = "password",
                               .address = in->address,
                               .device = in->device});
}
