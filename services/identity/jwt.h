#pragma once

#include "base/str.h"

/* ID tokens (RFC 7515, 7519) signed with RS256 or ES256, by the keys of a JWK set. */

#define JWT_MAX     16384  /* bytes of a token */
#define JWK_SET_MAX 262144 /* bytes of a set */
#define JWT_AUD_MAX 16

typedef enum JwtResult {
        JWT_RIGHT,
        JWT_MALFORMED, /* or an algorithm that is not taken: "none", HS256… */
        JWT_NO_KEY,    /* the set holds no key that it names: a fresher one may */
        JWT_FORGED,
} JwtResult;

/* The payload of a token whose signature is right, in the arena. */
JwtResult jwt_verify(Arena *arena, Str token, Str key_set, Str *ret_payload);

typedef struct JwtClaims {
        Str iss, sub, azp, nonce, email; /* empty = absent */
        bool email_verified;
        unsigned n_aud;
        Str aud[JWT_AUD_MAX];
        int64_t exp, iat, nbf; /* seconds since 1970; 0 = absent */
} JwtClaims;

/* False: not an object, a claim of the wrong type or given twice. */
bool jwt_claims(Arena *arena, Str payload, JwtClaims *ret);

typedef struct JwtExpected {
        const char *issuer, *client, *nonce;
        int64_t now_s;
} JwtExpected;

/* NULL = they are for us, now; else what is wrong, for the log. */
const char *jwt_claims_fault(const JwtClaims *claims, const JwtExpected *expected);

/* The text of a member of a JSON object; p = NULL: absent, no text, or not such an object. */
Str json_member(Arena *arena, Str json, const char *name);
