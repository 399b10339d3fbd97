/* JSON Web Signature in its compact form: taken apart, its key found in a JWK set, verified by OpenSSL. Owns,
 * answers, emits nothing. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "jwk.h"
#include "jwt.h"

typedef struct Header {
        Str alg, kid, typ;
        bool critical; /* it names extensions that must be understood; none is */
} Header;

static bool decode(Arena *arena, Str text, Str *ret)
{
        char *out = arena_alloc(arena, text.len + 1);
        size_t len;

        if (sodium_base642bin((uint8_t *)out, text.len, text.p, text.len, NULL, &len, NULL,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
                return false;
        *ret = (Str){out, len};
        return true;
}

static bool header_parse(Arena *arena, Str json, Header *ret)
{
        JsonReader reader;
        JsonToken token;

        *ret = (Header){};
        json_init(&reader, arena, json);
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                return false;
        while ((token = json_next(&reader)) == JSON_KEY) {
                Str name = reader.text;
                Str *text = str_is(name, "alg")   ? &ret->alg
                            : str_is(name, "kid") ? &ret->kid
                            : str_is(name, "typ") ? &ret->typ
                                                  : NULL;
                token = json_next(&reader);
                ret->critical = ret->critical || str_is(name, "crit");
                if (text) {
                        if (token != JSON_STRING || text->p)
                                return false;
                        *text = reader.text;
                } else if (!json_skip(&reader, token))
                        return false;
        }
        return token == JSON_OBJECT_END && json_next(&reader) == JSON_END;
}

/* "header.payload.signature": exactly three parts. */
static bool split(Str token, Str ret_parts[static 3])
{
        const char *first = memchr(token.p, '.', token.len);
        const char *end = token.p + token.len;
        const char *second = first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;

        if (!second || memchr(second + 1, '.', (size_t)(end - second - 1)))
                return false;
        ret_parts[0] = (Str){token.p, (size_t)(first - token.p)};
        ret_parts[1] = (Str){first + 1, (size_t)(second - first - 1)};
        ret_parts[2] = (Str){second + 1, (size_t)(end - second - 1)};
        return true;
}

JwtResult jwt_verify(Arena *arena, Str token, Str key_set, Str *ret_payload)
{
        Str parts[3], header_json, payload, signature;
        Header header;

        if (token.len == 0 || token.len > JWT_MAX || key_set.len > JWK_SET_MAX || !split(token, parts))
                return JWT_MALFORMED;
        if (!decode(arena, parts[0], &header_json) || !decode(arena, parts[1], &payload) ||
                !decode(arena, parts[2], &signature) || !header_parse(arena, header_json, &header))
                return JWT_MALFORMED;
        JwkKind kind = jwk_kind_of(header.alg);
        if (kind == JWK_KIND_MAX || header.critical)
                return JWT_MALFORMED;
        const Jwk *key = jwk_find(arena, key_set, kind, header.kid);
        if (!key)
                return JWT_NO_KEY;
        const Str signed_part = {token.p, parts[0].len + 1 + parts[1].len};
        if (!jwk_verify(key, signed_part, signature))
                return JWT_FORGED;
        *ret_payload = payload;
        return JWT_RIGHT;
}
