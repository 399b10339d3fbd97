#pragma once

#include "identity.h"

/* Signing in at an identity provider (OpenID Connect, authorization code with PKCE). */

/* A provider is configured. */
bool oidc_on(const Entity *entity);
/* Checks the settings; false = they cannot be (logged). */
bool oidc_check(Entity *entity);

/* ---- the provider (oidc_provider.c) ---- */

typedef struct OidcProvider {
        const char *issuer, *client_id, *client_secret; /* secret: "" = a public client */
        const char *authorization, *token, *keys;       /* its addresses */
        bool secret_in_form;                            /* client_secret_post, where Basic is not taken */
} OidcProvider;

/* Its configuration, from the table or fetched. Ends the request with UNAVAILABLE when it cannot be had. */
OidcProvider oidc_provider(Req *rq);
/* Its keys, a JWK set. `anew`: those in the table did not do; they are fetched again, but not more than once
 * a minute. */
Str oidc_keys(Req *rq, const OidcProvider *provider, bool anew);
/* The id_token that the provider gives for a code. Ends the request with OIDC_REFUSED when it gives none. */
Str oidc_id_token(Req *rq, const OidcProvider *provider, const char *code, const char *verifier);
/* Where the provider sends the browser back to. */
char *oidc_redirect_uri(Req *rq);

/* ---- a sign-in under way (oidc_state.c) ---- */

typedef struct OidcState {
        char *state; /* 256 random bits, base64url; the rest is derived from it */
        char *nonce, *verifier;
        char *challenge; /* of the verifier, S256 */
        char *return_to;
} OidcState;

/* Makes and stores one; it lasts ten minutes. */
OidcState oidc_state_begin(Req *rq, const char *return_to);
/* Takes it from the table: ends the request with OIDC_STATE unless it is there, is not over, and is the
 * cookie's. */
OidcState oidc_state_finish(Req *rq, const char *state, const char *cookie);
/* A path of this installation, or "/". */
const char *local_path(const char *path);

/* ---- who it is (oidc_person.c) ---- */

struct JwtClaims;
/* The active user who is linked with that account, or who has its verified address and is linked with none:
 * that one is linked now. False: nobody. */
bool oidc_person(Req *rq, const struct JwtClaims *claims, Person *ret);
/* Forgets the accounts that a person is linked with. */
void oidc_unlink(Req *rq, const Uuid *person);
