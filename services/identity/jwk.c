/* A JWK set read, and signatures verified by its keys with OpenSSL. What of a set cannot be used here (other
 * kinds, keys for encryption) is passed over. Owns, answers, emits nothing. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "jwk.h"

#define KEYS_MAX     100
#define COORDINATE   32  /* bytes, of P-256 */
#define MODULUS_MIN  256 /* bytes */
#define MODULUS_MAX  1024
#define EXPONENT_MAX 4

JwkKind jwk_kind_of(Str alg)
{
        return str_is(alg, "RS256") ? JWK_RS256 : str_is(alg, "ES256") ? JWK_ES256 : JWK_KIND_MAX;
}

/* ---- reading ---- */

enum { KTY, USE, ALG, KID, CRV, N, E, X, Y, MEMBERS };
static const char *const members[MEMBERS] = {"kty", "use", "alg", "kid", "crv", "n", "e", "x", "y"};

/* Of one key, whose '{' was read; false = malformed. */
static bool members_read(JsonReader *reader, Str ret[static MEMBERS])
{
        JsonToken token;

        while ((token = json_next(reader)) == JSON_KEY) {
                unsigned i = 0;
                while (i < MEMBERS && !str_is(reader->text, members[i]))
                        i++;
                token = json_next(reader);
                if (i < MEMBERS && token == JSON_STRING) {
                        if (ret[i].p)
                                return false;
                        ret[i] = reader->text;
                } else if (!json_skip(reader, token))
                        return false;
        }
        return token == JSON_OBJECT_END;
}

/* Its bytes, without leading zeros. */
static Str number(Arena *arena, Str text)
{
        uint8_t *out = arena_alloc(arena, text.len + 1);
        size_t len;

        if (sodium_base642bin(out, text.len, text.p, text.len, NULL, &len, NULL,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
                return (Str){};
        while (len > 0 && out[0] == 0) {
                out++;
                len--;
        }
        return (Str){(const char *)out, len};
}

/* False: a key that is of no use here. */
static bool key_of(Arena *arena, const Str text[static MEMBERS], Jwk *ret)
{
        if (text[USE].p && !str_is(text[USE], "sig"))
                return false;
        *ret = (Jwk){.kind = str_is(text[KTY], "RSA") ? JWK_RS256 : JWK_ES256, .kid = text[KID]};
        if (text[ALG].p && jwk_kind_of(text[ALG]) != ret->kind)
                return false;
        if (ret->kind == JWK_RS256) {
                ret->a = number(arena, text[N]);
                ret->b = number(arena, text[E]);
                return ret->a.len >= MODULUS_MIN && ret->a.len <= MODULUS_MAX && ret->b.len > 0 &&
                       ret->b.len <= EXPONENT_MAX;
        }
        if (!str_is(text[KTY], "EC") || !str_is(text[CRV], "P-256"))
                return false;
        ret->a = number(arena, text[X]);
        ret->b = number(arena, text[Y]);
        return ret->a.len > 0 && ret->a.len <= COORDINATE && ret->b.len > 0 && ret->b.len <= COORDINATE;
}

/* Stands at the first key of "keys"; false when there is no such array. */
static bool keys_enter(JsonReader *reader)
{
        if (json_next(reader) != JSON_OBJECT_BEGIN)
                return false;
        while (json_next(reader) == JSON_KEY) {
                bool found = str_is(reader->text, "keys");
                JsonToken token = json_next(reader);
                if (found)
                        return token == JSON_ARRAY_BEGIN;
                if (!json_skip(reader, token))
                        return false;
        }
        return false;
}

const Jwk *jwk_find(Arena *arena, Str key_set, JwkKind kind, Str kid)
{
        Jwk *found = NULL, key;
        JsonReader reader;
        JsonToken token;

        json_init(&reader, arena, key_set);
        if (!keys_enter(&reader))
                return NULL;
        for (unsigned n = 0; (token = json_next(&reader)) == JSON_OBJECT_BEGIN && n < KEYS_MAX; n++) {
                Str text[MEMBERS] = {};
                if (!members_read(&reader, text))
                        return NULL;
                if (!key_of(arena, text, &key) || key.kind != kind || (kid.p && !str_eq(key.kid, kid)))
                        continue;
                if (found)
                        return NULL; /* which of them is not told */
                found = arena_memdup(arena, &key, sizeof key);
        }
        return token == JSON_ARRAY_END ? found : NULL;
}

/* ---- verifying ---- */

static EVP_PKEY *pkey_of(const char *type, OSSL_PARAM_BLD *build)
{
        OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
        EVP_PKEY *key = NULL;

        if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
                EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
                key = NULL;
        EVP_PKEY_CTX_free(context);
        OSSL_PARAM_free(params);
        return key;
}

static EVP_PKEY *rsa_key(const Jwk *jwk)
{
        BIGNUM *n = BN_bin2bn((const uint8_t *)jwk->a.p, (int)jwk->a.len, NULL);
        BIGNUM *e = BN_bin2bn((const uint8_t *)jwk->b.p, (int)jwk->b.len, NULL);
        OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
        EVP_PKEY *key = NULL;

        if (build && n && e && BN_is_odd(n) && BN_is_odd(e) && !BN_is_one(e) &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
                key = pkey_of("RSA", build);
        OSSL_PARAM_BLD_free(build);
        BN_free(n);
        BN_free(e);
        return key;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *ec_key(const Jwk *jwk)
{
        uint8_t point[1 + 2 * COORDINATE] = {POINT_CONVERSION_UNCOMPRESSED};
        OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
        EVP_PKEY *key = NULL;

        memcpy(point + 1 + COORDINATE - jwk->a.len, jwk->a.p, jwk->a.len);
        memcpy(point + 1 + 2 * COORDINATE - jwk->b.len, jwk->b.p, jwk->b.len);
        if (build &&
                OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
                key = pkey_of("EC", build);
        OSSL_PARAM_BLD_free(build);
        return key;
}

static bool digest_verify(EVP_PKEY *key, Str signed_part, const uint8_t *signature, size_t len)
{
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        bool right = context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                     EVP_DigestVerify(
                             context, signature, len, (const uint8_t *)signed_part.p, signed_part.len) == 1;

        EVP_MD_CTX_free(context);
        return right;
}

/* JWS has r and s side by side, OpenSSL wants them in DER. */
static bool ec_verify(EVP_PKEY *key, Str signed_part, Str signature)
{
        const uint8_t *bytes = (const uint8_t *)signature.p;
        uint8_t der[80], *end = der;

        if (signature.len != (size_t)2 * COORDINATE)
                return false;
        ECDSA_SIG *pair = ECDSA_SIG_new();
        BIGNUM *r = BN_bin2bn(bytes, COORDINATE, NULL), *s = BN_bin2bn(bytes + COORDINATE, COORDINATE, NULL);
        if (!pair || !r || !s || ECDSA_SIG_set0(pair, r, s) != 1) {
                BN_free(r);
                BN_free(s);
                ECDSA_SIG_free(pair);
                return false;
        }
        int len = i2d_ECDSA_SIG(pair, NULL);
        bool right = len > 0 && (size_t)len <= sizeof der && i2d_ECDSA_SIG(pair, &end) == len &&
                     digest_verify(key, signed_part, der, (size_t)len);
        ECDSA_SIG_free(pair);
        return right;
}

bool jwk_verify(const Jwk *jwk, Str signed_part, Str signature)
{
        EVP_PKEY *key = jwk->kind == JWK_RS256 ? rsa_key(jwk) : ec_key(jwk);
        bool right = false;

        if (key && jwk->kind == JWK_RS256)
                right = signature.len == (size_t)EVP_PKEY_get_size(key) &&
                        digest_verify(key, signed_part, (const uint8_t *)signature.p, signature.len);
        else if (key)
                right = ec_verify(key, signed_part, signature);
        EVP_PKEY_free(key);
        return right;
}
