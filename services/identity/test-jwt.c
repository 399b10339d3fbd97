/* ID tokens: right ones, and every way in which one is not. The keys are made here. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "jwt.h"

#define NOW     INT64_C(1760000000)
#define PAYLOAD "{\"sub\":\"1\"}"

typedef struct Keys {
        Arena *arena;
        EVP_PKEY *rsa, *rsa_other, *ec, *rsa_small;
        char *rsa_n, *rsa_small_n, *ec_x, *ec_y;
        Str set;
} Keys;

static Keys keys;

static char *b64(const void *data, size_t len)
{
        size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

        return sodium_bin2base64(
                arena_alloc(keys.arena, size), size, data, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static char *bn_member(EVP_PKEY *key, const char *name)
{
        uint8_t bytes[1024];
        BIGNUM *number = NULL;

        assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
        int len = BN_bn2bin(number, bytes);
        BN_free(number);
        return b64(bytes, (size_t)len);
}

static int keys_make(void **state)
{
        (void)state;
        keys.arena = arena_new();
        keys.rsa = EVP_RSA_gen(2048);
        keys.rsa_other = EVP_RSA_gen(2048);
        keys.rsa_small = EVP_RSA_gen(1024);
        keys.ec = EVP_EC_gen("P-256");
        keys.rsa_n = bn_member(keys.rsa, OSSL_PKEY_PARAM_RSA_N);
        keys.rsa_small_n = bn_member(keys.rsa_small, OSSL_PKEY_PARAM_RSA_N);
        keys.ec_x = bn_member(keys.ec, OSSL_PKEY_PARAM_EC_PUB_X);
        keys.ec_y = bn_member(keys.ec, OSSL_PKEY_PARAM_EC_PUB_Y);
        keys.set = str_of(arena_printf(keys.arena,
                "{\"x\":[{}],\"keys\":[{\"kty\":\"oct\",\"kid\":\"o\",\"k\":\"AAAA\"},"
                "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"r\",\"n\":\"%s\",\"e\":\"AQAB\",\"x5c\":[\"z\"]},"
                "{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"enc\",\"n\":\"%s\",\"e\":\"AQAB\"},"
                "{\"kty\":\"RSA\",\"alg\":\"RS512\",\"kid\":\"r512\",\"n\":\"%s\",\"e\":\"AQAB\"},"
                "{\"kty\":\"RSA\",\"kid\":\"small\",\"n\":\"%s\",\"e\":\"AQAB\"},"
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"kid\":\"e\",\"x\":\"%s\",\"y\":\"%s\"},"
                "{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"e384\",\"x\":\"%s\",\"y\":\"%s\"},"
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"enc\",\"kid\":\"eenc\",\"x\":\"%s\",\"y\":\"%s\"}]}",
                keys.rsa_n, keys.rsa_n, keys.rsa_n, keys.rsa_small_n, keys.ec_x, keys.ec_y, keys.ec_x,
                keys.ec_y, keys.ec_x, keys.ec_y));
        return 0;
}

static int keys_done(void **state)
{
        (void)state;
        EVP_PKEY_free(keys.rsa);
        EVP_PKEY_free(keys.rsa_other);
        EVP_PKEY_free(keys.rsa_small);
        EVP_PKEY_free(keys.ec);
        (void)arena_free(keys.arena);
        return 0;
}

static Str sign_with(EVP_PKEY *key, Str text)
{
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        uint8_t *out = arena_alloc(keys.arena, 512);
        size_t len = 512;

        assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
        assert_int_equal(EVP_DigestSign(context, out, &len, (const uint8_t *)text.p, text.len), 1);
        EVP_MD_CTX_free(context);
        if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
                const uint8_t *der = out;
                ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
                uint8_t *raw = arena_alloc(keys.arena, 64);
                assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32), 32);
                assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32), 32);
                ECDSA_SIG_free(pair);
                return (Str){(const char *)raw, 64};
        }
        return (Str){(const char *)out, len};
}

static Str make(EVP_PKEY *key, const char *header, const char *payload)
{
        char *text =
                arena_printf(keys.arena, "%s.%s", b64(header, strlen(header)), b64(payload, strlen(payload)));
        Str signature = key ? sign_with(key, str_of(text)) : (Str){"", 0};

        return str_of(arena_printf(keys.arena, "%s.%s", text, b64(signature.p, signature.len)));
}

static void expect(JwtResult wanted, Str token)
{
        Str payload = {};
        JwtResult got = jwt_verify(keys.arena, token, keys.set, &payload);

        if (got != wanted)
                fail_msg("%.*s: %d, not %d", (int)token.len, token.p, got, wanted);
        if (got == JWT_RIGHT)
                assert_true(str_is(payload, PAYLOAD));
        else
                assert_null(payload.p);
}

static void test_right(void **state)
{
        (void)state;
        expect(JWT_RIGHT, make(keys.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"JWT\"}", PAYLOAD));
        expect(JWT_RIGHT, make(keys.ec, "{\"kid\":\"e\",\"alg\":\"ES256\",\"x\":{\"y\":[1]}}", PAYLOAD));
        /* One key of the kind has no other to be taken for. */
        expect(JWT_RIGHT, make(keys.rsa, "{\"alg\":\"RS256\"}", PAYLOAD));
}

/* RFC 7515, A.3. */
static void test_rfc7515(void **state)
{
        const Str token = STR(
                "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
        const Str set = STR(
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}");
        Str payload;

        (void)state;
        assert_int_equal(jwt_verify(keys.arena, token, set, &payload), JWT_RIGHT);
        assert_true(str_is(payload,
                "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"));
}

static void test_algorithms(void **state)
{
        static const char *const headers[] = {"{\"alg\":\"none\",\"kid\":\"r\"}", "{\"alg\":\"None\"}",
                "{\"alg\":\"\"}", "{}", "{\"alg\":\"HS256\",\"kid\":\"r\"}",
                "{\"alg\":\"RS512\",\"kid\":\"r\"}", "{\"alg\":\"PS256\",\"kid\":\"r\"}",
                "{\"alg\":\"ES384\",\"kid\":\"e\"}", "{\"alg\":\"rs256\"}", "{\"alg\":[\"RS256\"]}",
                "{\"alg\":\"RS256\",\"alg\":\"none\"}", "{\"alg\":1}",
                "{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}", "[]", "null", "{\"alg\":\"RS256\"",
                ""};

        (void)state;
        for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
                expect(JWT_MALFORMED, make(keys.rsa, headers[i], PAYLOAD));
                expect(JWT_MALFORMED, make(NULL, headers[i], PAYLOAD));
        }
        expect(JWT_NO_KEY, make(keys.rsa, "{\"alg\":\"ES256\",\"kid\":\"r\"}", PAYLOAD));
        expect(JWT_NO_KEY, make(keys.ec, "{\"alg\":\"RS256\",\"kid\":\"e\"}", PAYLOAD));
}

/* The public key, which everybody has, as the secret of an HMAC. */
static void test_hmac_with_public_key(void **state)
{
        const char *header = "{\"alg\":\"HS256\",\"kid\":\"r\"}";
        char *text =
                arena_printf(keys.arena, "%s.%s", b64(header, strlen(header)), b64(PAYLOAD, strlen(PAYLOAD)));
        uint8_t mac[32];

        (void)state;
        (void)HMAC(EVP_sha256(), keys.rsa_n, (int)strlen(keys.rsa_n), (const uint8_t *)text, strlen(text),
                mac, NULL);
        expect(JWT_MALFORMED, str_of(arena_printf(keys.arena, "%s.%s", text, b64(mac, sizeof mac))));
}

static void test_keys(void **state)
{
        static const char *const kids[] = {"unknown", "enc", "r512", "small", "o", "", "R"};

        (void)state;
        for (size_t i = 0; i < sizeof kids / sizeof kids[0]; i++)
                expect(JWT_NO_KEY,
                        make(i == 3 ? keys.rsa_small : keys.rsa,
                                arena_printf(keys.arena, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kids[i]),
                                PAYLOAD));
        expect(JWT_NO_KEY, make(keys.ec, "{\"alg\":\"ES256\",\"kid\":\"e384\"}", PAYLOAD));
        expect(JWT_NO_KEY, make(keys.ec, "{\"alg\":\"ES256\",\"kid\":\"eenc\"}", PAYLOAD));
}

static void test_sets(void **state)
{
        const Str token = make(keys.rsa, "{\"alg\":\"RS256\"}", PAYLOAD);
        const char *one = arena_printf(
                keys.arena, "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"%s\",\"e\":\"AQAB\"}", keys.rsa_n);
        const struct {
                JwtResult result;
                const char *set;
        } cases[] = {
                {JWT_RIGHT, arena_printf(keys.arena, "{\"keys\":[%s]}", one)},
                {JWT_NO_KEY, arena_printf(keys.arena, "{\"keys\":[%s,%s]}", one, one)}, /* which one? */
                {JWT_NO_KEY, arena_printf(keys.arena, "{\"keys\":[%s,", one)},
                {JWT_NO_KEY, arena_printf(keys.arena, "[%s]", one)},
                {JWT_NO_KEY, "{\"keys\":{}}"},
                {JWT_NO_KEY, "{\"keys\":[]}"},
                {JWT_NO_KEY, "{}"},
                {JWT_NO_KEY, ""},
                {JWT_NO_KEY, arena_printf(keys.arena,
                                     "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"\"}]}", keys.rsa_n)},
                {JWT_NO_KEY, arena_printf(keys.arena,
                                     "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQABAQAB\"}]}",
                                     keys.rsa_n)},
                {JWT_FORGED, arena_printf(keys.arena,
                                     "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQ\"}]}", keys.rsa_n)},
                {JWT_FORGED, arena_printf(keys.arena,
                                     "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"Ag\"}]}", keys.rsa_n)},
        };
        Str payload;

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                assert_int_equal(
                        jwt_verify(keys.arena, token, str_of(cases[i].set), &payload), cases[i].result);
        /* A point that is not on the curve. */
        const char *off = arena_printf(keys.arena,
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}]}", keys.ec_x,
                keys.ec_x);
        assert_int_equal(
                jwt_verify(keys.arena, make(keys.ec, "{\"alg\":\"ES256\"}", PAYLOAD), str_of(off), &payload),
                JWT_FORGED);
}

static void test_forged(void **state)
{
        const Str good = make(keys.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", PAYLOAD);
        const char *dot = strchr(good.p, '.');

        (void)state;
        expect(JWT_FORGED, make(keys.rsa_other, "{\"alg\":\"RS256\",\"kid\":\"r\"}", PAYLOAD));
        expect(JWT_FORGED, make(NULL, "{\"alg\":\"RS256\",\"kid\":\"r\"}", PAYLOAD));
        expect(JWT_FORGED, make(NULL, "{\"alg\":\"ES256\",\"kid\":\"e\"}", PAYLOAD));
        for (size_t i = 0; i < good.len; i += 7) { /* another character anywhere */
                char *changed = arena_strndup(keys.arena, good.p, good.len);
                Str payload;
                changed[i] = changed[i] == 'A' ? 'B' : 'A';
                assert_int_not_equal(
                        jwt_verify(keys.arena, (Str){changed, good.len}, keys.set, &payload), JWT_RIGHT);
        }
        const char *other = b64("{\"sub\":\"2\"}", 11);
        expect(JWT_FORGED, str_of(arena_printf(keys.arena, "%.*s.%s%s", (int)(dot - good.p), good.p, other,
                                   strchr(dot + 1, '.'))));
        /* r and s of zero, which once opened everything elsewhere. */
        const char *header = "{\"alg\":\"ES256\",\"kid\":\"e\"}";
        static const uint8_t zeros[64];
        expect(JWT_FORGED, str_of(arena_printf(keys.arena, "%s.%s.%s", b64(header, strlen(header)),
                                   b64(PAYLOAD, strlen(PAYLOAD)), b64(zeros, sizeof zeros))));
}

static void test_shapes(void **state)
{
        const Str good = make(keys.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", PAYLOAD);
        char *big = arena_alloc(keys.arena, JWT_MAX + 2);

        (void)state;
        expect(JWT_MALFORMED, STR(""));
        expect(JWT_MALFORMED, STR("."));
        expect(JWT_MALFORMED, STR(".."));
        expect(JWT_MALFORMED, STR("a.b"));
        expect(JWT_MALFORMED, str_of(arena_printf(keys.arena, "%s.", good.p)));
        expect(JWT_MALFORMED, str_of(arena_printf(keys.arena, "%s=", good.p)));
        expect(JWT_MALFORMED, str_of(arena_printf(keys.arena, " %s", good.p)));
        expect(JWT_MALFORMED, str_of(arena_printf(keys.arena, "%s\n", good.p)));
        memset(big, 'a', JWT_MAX + 1);
        expect(JWT_MALFORMED, (Str){big, JWT_MAX + 1});
}

static void test_claims(void **state)
{
        static const struct {
                const char *payload, *fault; /* fault: NULL = good, "" = not read at all */
        } cases[] = {
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        NULL},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[\"c\"],\"exp\":1759999941,\"iat\":1760000060.9,\"nonce\":\"n\","
                 "\"x\":[{\"iss\":1}]}",
                        NULL},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[\"a\",\"c\"],\"azp\":\"c\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        NULL},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[\"a\",\"c\"],\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        "azp is another"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"azp\":\"a\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        "azp is another"},
                {"{\"iss\":\"i/\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        "iss is another"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"d\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        "aud is another"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        "aud is another"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1759999940,\"iat\":1759990000,\"nonce\":\"n\"}",
                        "expired"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"iat\":1760000000,\"nonce\":\"n\"}", "expired"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000061,\"nonce\":\"n\"}",
                        "from the future"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"nonce\":\"n\"}",
                        "from the future"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000000,\"nbf\":1760000200,\"nonce\":\"n\"}",
                        "from the future"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"m\"}",
                        "nonce is another"},
                {"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000000}",
                        "nonce is another"},
                {"{\"iss\":\"i\",\"sub\":\"\",\"aud\":\"c\",\"exp\":1760000300,\"iat\":1760000000,\"nonce\":\"n\"}",
                        "sub is missing"},
                {"{\"iss\":\"i\",\"iss\":\"i\"}", ""},
                {"{\"aud\":\"c\",\"aud\":\"d\"}", ""},
                {"{\"aud\":[\"c\",1]}", ""},
                {"{\"exp\":\"1760000300\"}", ""},
                {"{\"exp\":1e300}", ""},
                {"{\"exp\":-5}", ""},
                {"{\"sub\":1}", ""},
                {"[]", ""},
                {"{\"sub\":\"s\"} x", ""},
        };
        const JwtExpected expected = {.issuer = "i", .client = "c", .nonce = "n", .now_s = NOW};
        JwtClaims claims;

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                bool read = jwt_claims(keys.arena, str_of(cases[i].payload), &claims);
                const char *fault = read ? jwt_claims_fault(&claims, &expected) : "";
                if ((fault == NULL) != (cases[i].fault == NULL) || (fault && !streq(fault, cases[i].fault)))
                        fail_msg("%s: %s", cases[i].payload, fault ? fault : "good");
        }
}

static void test_verified_address(void **state)
{
        static const struct {
                const char *payload;
                bool verified;
        } cases[] = {{"{\"email_verified\":true}", true}, {"{\"email_verified\":\"true\"}", true},
                {"{\"email_verified\":false}", false}, {"{\"email_verified\":\"yes\"}", false},
                {"{\"email_verified\":1}", false},
                {"{\"email_verified\":true,\"email_verified\":false}", false}, {"{}", false}};
        JwtClaims claims;

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                assert_true(jwt_claims(keys.arena, str_of(cases[i].payload), &claims));
                assert_int_equal(claims.email_verified, cases[i].verified);
        }
}

static void test_member(void **state)
{
        (void)state;
        assert_true(str_is(json_member(keys.arena, STR("{\"a\":[1,{\"b\":\"x\"}],\"b\":\"y\"}"), "b"), "y"));
        assert_null(json_member(keys.arena, STR("{\"a\":\"x\"}"), "b").p);
        assert_null(json_member(keys.arena, STR("{\"b\":1}"), "b").p);
        assert_null(json_member(keys.arena, STR("{\"b\":\"x\""), "b").p);
        assert_null(json_member(keys.arena, STR("<html>"), "b").p);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_right),
                cmocka_unit_test(test_rfc7515),
                cmocka_unit_test(test_algorithms),
                cmocka_unit_test(test_hmac_with_public_key),
                cmocka_unit_test(test_keys),
                cmocka_unit_test(test_sets),
                cmocka_unit_test(test_forged),
                cmocka_unit_test(test_shapes),
                cmocka_unit_test(test_claims),
                cmocka_unit_test(test_verified_address),
                cmocka_unit_test(test_member),
        };

        return cmocka_run_group_tests(tests, keys_make, keys_done);
}
