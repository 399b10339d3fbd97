/* What an ID token says, and whether it is said to us, now. Owns, answers, emits nothing. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "jwt.h"

#define SKEW_S    INT64_C(60)
#define SUB_BYTES 255 /* OpenID Connect Core 2 */

/* A NumericDate: seconds, perhaps with decimals, which don't count here. */
static bool seconds_of(Str text, int64_t *ret)
{
        const char *point = memchr(text.p, '.', text.len);

        if (point)
                text.len = (size_t)(point - text.p);
        return parse_i64(text, ret) == 0 && *ret > 0;
}

/* One text or an array of them. */
static bool audience_read(JsonReader *reader, JsonToken token, JwtClaims *claims)
{
        if (claims->n_aud > 0)
                return false;
        if (token == JSON_STRING) {
                claims->aud[claims->n_aud++] = reader->text;
                return true;
        }
        if (token != JSON_ARRAY_BEGIN)
                return false;
        while ((token = json_next(reader)) == JSON_STRING && claims->n_aud < JWT_AUD_MAX)
                claims->aud[claims->n_aud++] = reader->text;
        return token == JSON_ARRAY_END;
}

static Str *text_claim(JwtClaims *claims, Str name)
{
        if (str_is(name, "iss"))
                return &claims->iss;
        if (str_is(name, "sub"))
                return &claims->sub;
        if (str_is(name, "azp"))
                return &claims->azp;
        if (str_is(name, "nonce"))
                return &claims->nonce;
        return str_is(name, "email") ? &claims->email : NULL;
}

static int64_t *time_claim(JwtClaims *claims, Str name)
{
        if (str_is(name, "exp"))
                return &claims->exp;
        if (str_is(name, "iat"))
                return &claims->iat;
        return str_is(name, "nbf") ? &claims->nbf : NULL;
}

static bool claim_read(JsonReader *reader, JwtClaims *claims)
{
        const Str name = reader->text;
        Str *text = text_claim(claims, name);
        int64_t *time = time_claim(claims, name);
        JsonToken token = json_next(reader);

        if (text) {
                if (token != JSON_STRING || text->p)
                        return false;
                *text = reader->text;
                return true;
        }
        if (time)
                return token == JSON_NUMBER && *time == 0 && seconds_of(reader->text, time);
        if (str_is(name, "aud"))
                return audience_read(reader, token, claims);
        if (str_is(name, "email_verified")) /* some say it as a text */
                claims->email_verified =
                        token == JSON_TRUE || (token == JSON_STRING && str_is(reader->text, "true"));
        return json_skip(reader, token);
}

bool jwt_claims(Arena *arena, Str payload, JwtClaims *ret)
{
        JsonReader reader;
        JsonToken token;

        *ret = (JwtClaims){};
        json_init(&reader, arena, payload);
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                return false;
        while ((token = json_next(&reader)) == JSON_KEY)
                if (!claim_read(&reader, ret))
                        return false;
        return token == JSON_OBJECT_END && json_next(&reader) == JSON_END;
}

static bool is_for(const JwtClaims *claims, const char *client)
{
        for (unsigned i = 0; i < claims->n_aud; i++)
                if (str_is(claims->aud[i], client))
                        return true;
        return false;
}

const char *jwt_claims_fault(const JwtClaims *claims, const JwtExpected *expected)
{
        size_t nonce = strlen(expected->nonce);

        if (!str_is(claims->iss, expected->issuer))
                return "iss is another";
        if (!is_for(claims, expected->client))
                return "aud is another";
        if ((claims->n_aud > 1 || claims->azp.p) && !str_is(claims->azp, expected->client))
                return "azp is another";
        if (!claims->exp || claims->exp <= expected->now_s - SKEW_S)
                return "expired";
        if (!claims->iat || claims->iat > expected->now_s + SKEW_S || claims->nbf > expected->now_s + SKEW_S)
                return "from the future";
        if (claims->nonce.len != nonce || sodium_memcmp(claims->nonce.p, expected->nonce, nonce) != 0)
                return "nonce is another";
        return claims->sub.len > 0 && claims->sub.len <= SUB_BYTES ? NULL : "sub is missing";
}

Str json_member(Arena *arena, Str json, const char *name)
{
        JsonReader reader;
        JsonToken token;
        Str found = {};

        json_init(&reader, arena, json);
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                return (Str){};
        while ((token = json_next(&reader)) == JSON_KEY) {
                bool is = str_is(reader.text, name);
                token = json_next(&reader);
                if (is && token == JSON_STRING)
                        found = reader.text;
                else if (!json_skip(&reader, token))
                        return (Str){};
        }
        return token == JSON_OBJECT_END ? found : (Str){};
}
