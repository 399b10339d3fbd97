/* A sign-in at the provider, from the redirect to the way back: owns table oidc_state. The browser's cookie
 * and the address that it comes back with hold the state; nonce and verifier are derived from it, so the
 * table holds nothing that opens anything. */
#include <sodium.h>
#include <string.h>

#include "oidc.h"
#include "own.h"
#include "service/service.h"

#define LASTS_US     (INT64_C(600) * 1000000)
#define PATH_MAX_LEN 500

const char *local_path(const char *path)
{
        if (!path || path[0] != '/' || path[1] == '/' || strlen(path) > PATH_MAX_LEN)
                return "/";
        for (const char *p = path; *p; p++)
                if (*p <= ' ' || *p > '~' || *p == '\\')
                        return "/";
        return path;
}

static char *base64url(Req *rq, const uint8_t bytes[static 32])
{
        const size_t size = sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

        return sodium_bin2base64(
                arena_alloc(rq->arena, size), size, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static char *derive(Req *rq, const char *purpose, const char *state)
{
        uint8_t key[SERVICE_KEY], bytes[32];

        service_key(rq->entity, purpose, key);
        (void)crypto_generichash(bytes, sizeof bytes, (const uint8_t *)state, strlen(state), key, sizeof key);
        sodium_memzero(key, sizeof key);
        return base64url(rq, bytes);
}

static OidcState state_of(Req *rq, const char *state, const char *return_to)
{
        OidcState out = {.state = arena_strdup(rq->arena, state),
                .nonce = derive(rq, "oidc nonce", state),
                .verifier = derive(rq, "oidc verifier", state),
                .return_to = arena_strdup(rq->arena, return_to)};
        uint8_t hash[crypto_hash_sha256_BYTES];

        (void)crypto_hash_sha256(hash, (const uint8_t *)out.verifier, strlen(out.verifier));
        out.challenge = base64url(rq, hash);
        return out;
}

/* Some of what is over goes with every new one. */
OidcState oidc_state_begin(Req *rq, const char *return_to)
{
        static const char sql[] =
                "WITH d AS (DELETE FROM oidc_state WHERE state_hash IN "
                "(SELECT state_hash FROM oidc_state WHERE expires_at < now() LIMIT 10 FOR UPDATE SKIP LOCKED)) "
                "INSERT INTO oidc_state (state_hash, return_to, expires_at) VALUES ($1, $2, $3)";
        OidcState state = state_of(rq, token_new(rq), local_path(return_to));
        PgArgs *args = pg_args(rq->arena);
        uint8_t hash[TOKEN_HASH];

        token_hash(state.state, hash);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        (void)pg_arg_text(args, str_of(state.return_to));
        (void)pg_arg_timestamptz(args, rq->now + LASTS_US);
        Uuid id = own_id(hash);
        (void)own_write(rq, sql, args, "oidc_state", &id);
        return state;
}

OidcState oidc_state_finish(Req *rq, const char *state, const char *cookie)
{
        static const char sql[] =
                "DELETE FROM oidc_state WHERE state_hash = $1 RETURNING return_to, expires_at > $2";
        uint8_t hash[TOKEN_HASH], own[TOKEN_HASH];
        PgArgs *args = pg_args(rq->arena);

        token_hash(state ? state : "", hash);
        token_hash(cookie ? cookie : "", own);
        if (!state || !state[0] || sodium_memcmp(hash, own, sizeof hash) != 0)
                req_fail(rq, OIDC_STATE, NULL, NULL);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        (void)pg_arg_timestamptz(args, rq->now);
        Uuid id = own_id(hash);
        const PgRows *rows = own_write(rq, sql, args, "oidc_state", &id);
        if (pg_rows(rows) == 0 || !pg_bool(rows, 0, 1))
                req_fail(rq, OIDC_STATE, NULL, NULL);
        return state_of(rq, state, local_path(pg_text(rows, 0, 0).p));
}
