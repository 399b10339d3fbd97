/* Signing in with a password: answers rpc sign_in. Whoever has no account, no password, or an inactive
 * account gets the answer of a wrong password, after the same work. */
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "identity.h"

/* What is counted and looked up: every spelling of one address is one account. */
static const char *account_of(Req *rq, const char *typed)
{
        char *email;

        if (email_normalise(rq->arena, str_of(typed), &email) == 0)
                return email;
        return text_fold(rq->arena, str_of(typed)).p;
}

static _Noreturn void refuse(
        Req *rq, const SignInRequest *in, const Guess *guess, const Uuid *person, bool code)
{
        access_log_refused(rq, guess,
                &(AccessEntry){.person = person,
                        .email = in->email,
                        .method = code ? "totp" : "password",
                        .address = in->address,
                        .device = in->device});
        log_warn(rq->context.trace, "sign-in refused", KV("address", in->address ? in->address : ""));
        if (code)
                req_fail(rq, BAD_CODE, "/code", NULL);
        req_fail(rq, BAD_CREDENTIALS, NULL, NULL);
}

/* The code, after the password was right: true = one was needed and given. */
static bool second_factor(Req *rq, const SignInRequest *in, const Guess *guess, const Person *person)
{
        switch (factor_check(rq, &person->id, in->code)) {
        case FACTOR_NONE:
                return false;
        case FACTOR_RIGHT:
                return true;
        case FACTOR_MISSING:
                guess_undo(rq, guess);
                req_fail(rq, CODE_REQUIRED, "/code", NULL);
        case FACTOR_WRONG:
                break;
        }
        refuse(rq, in, guess, &person->id, true);
}

/* A password that was changed while this one was looked at ends what began with the former. */
static void password_still(Req *rq, const Person *person, const Session *session)
{
        const char *now = password_of(rq, &person->id);

        if (now && streq(now, person->password_hash))
                return;
        (void)system_delete(rq, "user_session", (const Uuid *)(const void *)session->id.data);
        req_fail(rq, BAD_CREDENTIALS, NULL, NULL);
}

void identity_sign_in(Req *rq, const SignInRequest *in, SignInReply *ret)
{
        Person person = {};

        if (!in->email || !in->email[0])
                req_fail(rq, REQUIRED, "/email", NULL);
        if (!in->password || !in->password[0])
                req_fail(rq, REQUIRED, "/password", NULL);
        const char *email = account_of(rq, in->email);
        password_need_room(rq, NULL);
        Guess guess = guess_begin(rq, email, in->address);
        bool known = active_by_email(rq, email, &person);
        password_need_room(rq, &guess);
        if (!password_verify(rq, person.password_hash, in->password))
                refuse(rq, in, &guess, known ? &person.id : NULL, false);
        bool coded = second_factor(rq, in, &guess, &person);
        guess_right(rq, &guess);
        ret->session = session_begin(
                rq, &person.id, coded ? "totp" : "password", in->address, in->device, &ret->token);
        password_still(rq, &person, ret->session);
        password_refresh(rq, &person, in->password);
}
