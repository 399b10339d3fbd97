/* Not written yet: each goes when its file comes. */
#include "entity/hooks.h"
#include "identity.h"

void identity_sign_in_options(Req *rq, const SignInOptionsRequest *in, SignInOptionsReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_set_up(Req *rq, const SetUpRequest *in, SetUpReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_invite(Req *rq, const InviteRequest *in, InviteReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_forgot_password(Req *rq, const ForgotPasswordRequest *in, ForgotPasswordReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_use_link(Req *rq, const UseLinkRequest *in, UseLinkReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_begin_totp(Req *rq, const BeginTotpRequest *in, BeginTotpReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_confirm_totp(Req *rq, const ConfirmTotpRequest *in, ConfirmTotpReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_remove_totp(Req *rq, const RemoveTotpRequest *in, RemoveTotpReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_oidc_start(Req *rq, const OidcStartRequest *in, OidcStartReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

void identity_oidc_finish(Req *rq, const OidcFinishRequest *in, OidcFinishReply *ret)
{
        (void)in;
        (void)ret;
        req_fail(rq, NOT_IMPLEMENTED, NULL, NULL);
}

FactorResult factor_check(Req *rq, const Uuid *person, const char *code)
{
        (void)rq;
        (void)person;
        (void)code;
        return FACTOR_NONE;
}

bool factor_exists(Req *rq, const Uuid *person)
{
        (void)rq;
        (void)person;
        return false;
}

Session *api_key_session(Req *rq, const uint8_t hash[static TOKEN_HASH])
{
        (void)rq;
        (void)hash;
        return NULL;
}


