/* Signing in at an identity provider (OpenID Connect, authorization code with PKCE): answers oidc_start,
 * oidc_finish. Whoever it says comes is a user that exists already. */
#include <string.h>

#include "base/log.h"
#include "http/fetch.h"
#include "jwt.h"
#include "oidc.h"

void identity_oidc_start(Req *rq, const OidcStartRequest *in, OidcStartReply *ret)
{
        StrBuf query = {.arena = rq->arena};

        if (!oidc_on(rq->entity))
                req_fail(rq, NOT_FOUND, NULL, NULL);
        const OidcProvider provider = oidc_provider(rq);
        const OidcState state = oidc_state_begin(rq, in->return_to);
        form_put(&query, "response_type", "code");
        form_put(&query, "client_id", provider.client_id);
        form_put(&query, "redirect_uri", oidc_redirect_uri(rq));
        form_put(&query, "scope", "openid email profile");
        form_put(&query, "state", state.state);
        form_put(&query, "nonce", state.nonce);
        form_put(&query, "code_challenge", state.challenge);
        form_put(&query, "code_challenge_method", "S256");
        ret->location = req_printf(rq, "%s%s%s", provider.authorization,
                strchr(provider.authorization, '?') ? "&" : "?", query.p);
        ret->state = state.state;
}

/* The claims of a token that is right in every respect; NULL: it is not (logged). */
static const JwtClaims *claims_of(Req *rq, const OidcProvider *provider, Str token, const char *nonce)
{
        static const char *const results[] = {[JWT_RIGHT] = "claims are malformed",
                [JWT_MALFORMED] = "token is malformed",
                [JWT_NO_KEY] = "key is unknown",
                [JWT_FORGED] = "signature is wrong"};
        const JwtExpected expected = {.issuer = provider->issuer,
                .client = provider->client_id,
                .nonce = nonce,
                .now_s = rq->now / 1000000};
        JwtClaims *claims = arena_alloc(rq->arena, sizeof *claims);
        Str payload;

        JwtResult result = jwt_verify(rq->arena, token, oidc_keys(rq, provider, false), &payload);
        if (result == JWT_NO_KEY) /* it may have new ones */
                result = jwt_verify(rq->arena, token, oidc_keys(rq, provider, true), &payload);
        const char *fault = result == JWT_RIGHT && jwt_claims(rq->arena, payload, claims)
                                    ? jwt_claims_fault(claims, &expected)
                                    : results[result];
        if (!fault)
                return claims;
        log_warn(rq->context.trace, "the identity provider's token is refused", KV("reason", fault));
        return NULL;
}

/* Nothing here can be guessed, so no tries are counted: a page elsewhere could make a browser come here. */
void identity_oidc_finish(Req *rq, const OidcFinishRequest *in, OidcFinishReply *ret)
{
        AccessEntry refused = {
                .event = "refused", .method = "oidc", .address = in->address, .device = in->device};
        Person person;

        if (!oidc_on(rq->entity))
                req_fail(rq, NOT_FOUND, NULL, NULL);
        const OidcState state = oidc_state_finish(rq, in->state, in->cookie_state);
        if (!in->code || !in->code[0])
                req_fail(rq, OIDC_REFUSED, NULL, NULL);
        const OidcProvider provider = oidc_provider(rq);
        Str token = oidc_id_token(rq, &provider, in->code, state.verifier);
        const JwtClaims *claims = claims_of(rq, &provider, token, state.nonce);
        if (!claims) {
                access_log(rq, &refused);
                req_fail(rq, OIDC_REFUSED, NULL, NULL);
        }
        if (!oidc_person(rq, claims, &person)) {
                refused.email =
                        arena_strndup(rq->arena, claims->email.p ? claims->email.p : "", claims->email.len);
                access_log(rq, &refused);
                req_fail(rq, OIDC_PERSON, NULL, NULL);
        }
        ret->session = session_begin(rq, &person.id, "oidc", in->address, in->device, &ret->token);
        ret->return_to = state.return_to;
}
