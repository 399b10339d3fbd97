/* ID tokens, key sets and claims as a provider might send them. The first byte says which; a token that is
 * taken by the fixed key must be the one that was signed with it. */
#include <stdlib.h>
#include <string.h>

#include "jwk.h"
#include "jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* RFC 7515, A.3. */
static const Str signed_token = STR(
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
static const Str fixed_set = STR(
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
        "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}");
static const Str payload_signed =
        STR("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");

static void try_token(Arena *arena, Str token)
{
        Str payload;

        if (jwt_verify(arena, token, fixed_set, &payload) == JWT_RIGHT && !str_eq(payload, payload_signed))
                abort();
}

static void try_set(Arena *arena, Str set)
{
        Str payload;

        if (jwt_verify(arena, signed_token, set, &payload) == JWT_RIGHT && !str_eq(payload, payload_signed))
                abort();
        for (JwkKind kind = 0; kind < JWK_KIND_MAX; kind++) {
                const Jwk *key = jwk_find(arena, set, kind, STR("k"));
                if (key && (key->kind != kind || !str_is(key->kid, "k")))
                        abort();
        }
}

static void try_claims(Arena *arena, Str payload)
{
        const JwtExpected expected = {.issuer = "i", .client = "c", .nonce = "n", .now_s = 1760000000};
        JwtClaims claims;

        if (!jwt_claims(arena, payload, &claims) || jwt_claims_fault(&claims, &expected))
                return;
        if (!str_is(claims.iss, "i") || !str_is(claims.nonce, "n") || claims.sub.len == 0 ||
                claims.n_aud == 0)
                abort();
        if (!str_is(json_member(arena, payload, "iss"), "i"))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static void (*const tries[])(Arena * arena, Str text) = {try_token, try_set, try_claims};
        Arena *arena = arena_new();
        if (size > 0)
                tries[data[0] % 3](arena, (Str){(const char *)data + 1, size - 1});
        (void)arena_free(arena);
        return 0;
}
