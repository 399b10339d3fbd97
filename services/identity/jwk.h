#pragma once

#include "base/str.h"

/* Public keys of a JWK set (RFC 7517): RSA of 2048 to 8192 bits for RS256, P-256 for ES256. */

typedef enum JwkKind { JWK_RS256, JWK_ES256, JWK_KIND_MAX } JwkKind;

typedef struct Jwk {
        JwkKind kind;
        Str kid;
        Str a, b; /* bytes: modulus and exponent, or x and y */
} Jwk;

/* JWK_KIND_MAX: an algorithm that is not taken. */
JwkKind jwk_kind_of(Str alg);
/* The key of that id; with an empty id the only one of its kind. NULL = none, or the set is malformed. */
const Jwk *jwk_find(Arena *arena, Str key_set, JwkKind kind, Str kid);
bool jwk_verify(const Jwk *key, Str signed_part, Str signature);
