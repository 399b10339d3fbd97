/* Who sends a request: the session behind a token, or the API key that it is, from the cache or from
 * identity. With Redis down people stay signed in. */
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "entity/record.h"
#include "entity/verbs.h"
#include "gateway.h"

#define COOKIE     "__Host-cauce"
#define KEEP_S     60 /* in Redis */
#define DEVICE_MAX 300
#define KEY        "cauce_" /* what the token of an API key begins with */

/* ---- finding ---- */

/* NULL: there is no such session. What identity reads after it was asked has everything up to the epoch that
 * was known then. */
static const Session *ask_identity(Exchange *x, const uint8_t *hash)
{
        SessionRequest in = SESSION_REQUEST_INIT;
        uint64_t known = x->gateway->epoch;

        in.has_token_hash = true;
        in.token_hash = (ProtobufCBinaryData){CACHE_KEY, (uint8_t *)(uintptr_t)hash};
        Session *session = identity_session_call(&x->rq, &in)->session;
        if (!session) {
                cache_drop(x->gateway->sessions, hash);
                return NULL;
        }
        epoch_heard(x->gateway, session->epoch, 0);
        if (session->epoch < known)
                session->epoch = known;
        session->has_epoch = true;
        cache_put(x->gateway->sessions, hash, req_pack(&x->rq, &session->base), KEEP_S);
        return session;
}

/* One that an epoch has overtaken may have been revoked. */
const Session *session_by_hash(Exchange *x, const uint8_t hash[static CACHE_KEY])
{
        Str packed = cache_get(x->gateway->sessions, x->rq.arena, hash);
        const Session *session =
                packed.p ? req_unpack(&x->rq, &cauce__identity__session__descriptor, packed) : NULL;

        return session && epoch_is_current(x->gateway, session) ? session : ask_identity(x, hash);
}

static void hash_token(const char *token, uint8_t ret[static CACHE_KEY])
{
        (void)crypto_hash_sha256(ret, (const uint8_t *)token, strlen(token));
}

const char *cookie_find(Exchange *x, const char *name)
{
        Str header = http_header(x->http, "Cookie");
        size_t n = strlen(name);

        for (Str pair; str_take(&header, ';', &pair);) {
                pair = str_trim(pair);
                if (pair.len > n + 1 && memcmp(pair.p, name, n) == 0 && pair.p[n] == '=')
                        return arena_strndup(x->rq.arena, pair.p + n + 1, pair.len - n - 1);
        }
        return NULL;
}

static void session_in_force(Exchange *x, const Session *session)
{
        x->session = session;
        memcpy(&x->rq.context.user, session->user.data, sizeof x->rq.context.user);
        memcpy(&x->rq.context.session, session->id.data, sizeof x->rq.context.session);
        x->rq.context.key = session->key;
        x->rq.context.epoch = x->gateway->rights_epoch;
}

void session_find(Exchange *x)
{
        Str header = http_header(x->http, "Authorization");
        uint8_t hash[CACHE_KEY];

        if (header.len > 7 && strncasecmp(header.p, "Bearer ", 7) == 0) {
                x->token = arena_strndup(x->rq.arena, header.p + 7, header.len - 7);
        } else {
                x->token = cookie_find(x, COOKIE);
                x->by_cookie = x->token != NULL;
        }
        if (!x->token || strlen(x->token) > 200)
                return;
        bool key = strncmp(x->token, KEY, sizeof KEY - 1) == 0;
        if (key && x->by_cookie)
                return;
        hash_token(x->token, hash);
        const Session *session = session_by_hash(x, hash);
        if (session && session->key == key && session->expires_at > x->rq.now &&
                session->user.len == sizeof(Uuid) && session->id.len == sizeof(Uuid))
                session_in_force(x, session);
}

/* ---- rules ---- */

static bool writes(const Exchange *x)
{
        return !str_is(x->http->method, "GET") && !str_is(x->http->method, "HEAD");
}

void session_same_site(Exchange *x)
{
        Str origin = http_header(x->http, "Origin"), host = http_header(x->http, "Host");

        if (origin.len == 0)
                return;
        const char *slashes = memmem(origin.p, origin.len, "://", 3);
        Str from = slashes ? (Str){slashes + 3, origin.len - (size_t)(slashes + 3 - origin.p)} : (Str){};
        if (!str_eq(from, host))
                req_fail(&x->rq, CROSS_SITE, "Origin", NULL);
}

void session_required(Exchange *x)
{
        if (!x->session)
                req_fail(&x->rq, SIGN_IN, NULL, NULL);
        if (!x->by_cookie || !writes(x))
                return;
        session_same_site(x);
        if (http_header(x->http, "X-Cauce").len == 0)
                req_fail(&x->rq, CROSS_SITE, "X-Cauce", NULL);
}

/* ---- /session ---- */

void client_tell(Exchange *x, const MessageMeta *meta, ProtobufCMessage *in)
{
        const Field *address = message_field(meta, STR("address")),
                    *device = message_field(meta, STR("device"));
        Str agent = http_header(x->http, "User-Agent");
        Value value = {.text = str_of(x->http->address)};

        if (address && address->flags & FIELD_READ_ONLY)
                record_set(x->rq.arena, in, address, &value);
        value.text = str_of(utf8_valid(agent) ? utf8_cut(x->rq.arena, agent, DEVICE_MAX) : "");
        if (device && device->flags & FIELD_READ_ONLY)
                record_set(x->rq.arena, in, device, &value);
}

void session_cookie(Exchange *x, const char *token)
{
        http_set(x->http, "Set-Cookie",
                req_printf(&x->rq, COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s", token,
                        token[0] ? "" : "; Max-Age=0"));
}

static void reply_session(Exchange *x, const Session *session, const char *token)
{
        StrBuf out = {.arena = x->rq.arena};
        char id[UUID_TEXT + 1], own[UUID_TEXT + 1], at[28];

        uuid_format((const Uuid *)(const void *)session->user.data, id);
        uuid_format((const Uuid *)(const void *)session->id.data, own);
        instant_format(session->expires_at, at);
        strbuf_puts(&out, "{");
        if (token)
                strbuf_printf(&out, "\"token\":\"%s\",", token);
        strbuf_printf(&out, "\"id\":\"%s\",\"user\":{\"id\":\"%s\",", own, id);
        json_put_text(&out, "name", session->name);
        strbuf_putc(&out, ',');
        json_put_text(&out, "email", session->email);
        if (session->lang) {
                strbuf_putc(&out, ',');
                json_put_text(&out, "lang", session->lang);
        }
        strbuf_printf(&out, ",\"administrator\":%s,\"second_factor\":%s},\"expires_at\":\"%s\"}",
                session->administrator ? "true" : "false", session->second_factor ? "true" : "false", at);
        reply_json(x, 200, &out);
}

void session_post(Exchange *x, const Module *module)
{
        (void)module;
        session_same_site(x);
        SignInRequest *in =
                (SignInRequest *)body_message(x, &sign_in_request_meta, JSON_REFUSE_READ_ONLY, NULL, NULL);

        client_tell(x, &sign_in_request_meta, &in->base);
        const SignInReply *reply = identity_sign_in_call(&x->rq, in);
        if (!reply->session || !reply->token)
                req_fault(&x->rq, -1, "no session in the reply");
        session_cookie(x, reply->token);
        reply_session(x, reply->session, reply->token);
}

void session_delete(Exchange *x, const Module *module)
{
        SessionRequest in = SESSION_REQUEST_INIT;
        uint8_t hash[CACHE_KEY];

        (void)module;
        hash_token(x->token, hash);
        in.has_token_hash = true;
        in.token_hash = (ProtobufCBinaryData){CACHE_KEY, hash};
        (void)identity_sign_out_call(&x->rq, &in);
        cache_drop(x->gateway->sessions, hash);
        session_cookie(x, "");
        reply_empty(x, 204);
}

void session_get(Exchange *x, const Module *module)
{
        (void)module;
        reply_session(x, x->session, NULL);
}
