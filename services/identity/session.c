/* Sessions: a row for each sign-in, found by the hash of its token. */
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "entity/record.h"
#include "identity.cauce.h"
#include "identity.h"

#define SESSION_US  (INT64_C(12) * 3600 * 1000000)
#define TOKEN_BYTES 32

static Session *session_of(Req *rq, const PgRows *rows, int first)
{
        Session *session = arena_alloc(rq->arena, sizeof *session);
        Uuid id = pg_uuid(rows, 0, first), user = pg_uuid(rows, 0, first + 1);
        Str name = pg_text(rows, 0, first + 2), email = pg_text(rows, 0, first + 3);

        *session = (Session)SESSION_INIT;
        record_set_uuid(rq->arena, &session->id, &session->has_id, &id);
        record_set_uuid(rq->arena, &session->user, &session->has_user, &user);
        session->name = arena_strndup(rq->arena, name.p, name.len);
        session->email = arena_strndup(rq->arena, email.p, email.len);
        session->has_administrator = true;
        session->administrator = !pg_null(rows, 0, first + 4) && pg_bool(rows, 0, first + 4);
        session->has_expires_at = true;
        session->expires_at = pg_timestamptz(rows, 0, first + 5);
        return session;
}

static void hash_token(const char *token, uint8_t ret[static crypto_hash_sha256_BYTES])
{
        (void)crypto_hash_sha256(ret, (const uint8_t *)token, strlen(token));
}

static char *token_new(Req *rq)
{
        uint8_t bytes[TOKEN_BYTES];
        size_t size = sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        char *text = arena_alloc(rq->arena, size);

        randombytes_buf(bytes, sizeof bytes);
        return sodium_bin2base64(text, size, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static PgRows *session_insert(Req *rq, const Uuid *person, const char *token, const SignInRequest *in)
{
        static const char sql[] =
                "WITH s AS (INSERT INTO user_session (id, created_at, updated_at, owner, expires_at, address, device) "
                "VALUES ($1, now(), now(), $2, $4, $5, $6) RETURNING id, owner, expires_at), "
                "t AS (INSERT INTO user_session_token (session, token_hash) SELECT id, $3 FROM s) "
                "SELECT s.id, p.id, p.label, p.email, p.administrator, s.expires_at FROM s JOIN person p ON p.id = s.owner";
        PgArgs *args = pg_args(rq->arena);
        uint8_t hash[crypto_hash_sha256_BYTES];
        Uuid id = uuid_v7();
        PgRows *rows;

        hash_token(token, hash);
        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_uuid(args, person);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        (void)pg_arg_timestamptz(args, rq->now + SESSION_US);
        (void)pg_arg_text(args, str_of(in->address));
        (void)pg_arg_text(args, str_of(in->device));
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = "user_session", .id = id};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
        return rows;
}

void identity_sign_in(Req *rq, const SignInRequest *in, SignInReply *ret)
{
        static const char sql[] =
                "SELECT p.id, c.password_hash FROM person p JOIN credential c ON c.person = p.id "
                "WHERE p.email = lower($1) AND p.deleted_at IS NULL";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        if (!in->email || !in->email[0])
                req_fail(rq, REQUIRED, "/email", NULL);
        if (!in->password || !in->password[0])
                req_fail(rq, REQUIRED, "/password", NULL);
        (void)pg_arg_text(args, str_trim(str_of(in->email)));
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        Str hash = pg_rows(rows) > 0 ? pg_text(rows, 0, 1) : (Str){};
        bool right =
                password_verify(rq, hash.p ? arena_strndup(rq->arena, hash.p, hash.len) : NULL, in->password);
        if (!right) {
                log_warn(rq->context.trace, "sign-in refused", KV("address", in->address ? in->address : ""));
                req_fail(rq, BAD_CREDENTIALS, NULL, NULL);
        }
        Uuid person = pg_uuid(rows, 0, 0);
        ret->token = token_new(rq);
        ret->session = session_of(rq, session_insert(rq, &person, ret->token, in), 0);
}

static ProtobufCBinaryData token_hash_of(Req *rq, const SessionRequest *in)
{
        if (!in->has_token_hash || in->token_hash.len != crypto_hash_sha256_BYTES)
                req_fail(rq, BAD_REQUEST, NULL, "token_hash");
        return in->token_hash;
}

void identity_session(Req *rq, const SessionRequest *in, SessionReply *ret)
{
        static const char sql[] =
                "SELECT s.id, p.id, p.label, p.email, p.administrator, s.expires_at FROM user_session_token t "
                "JOIN user_session s ON s.id = t.session JOIN person p ON p.id = s.owner AND p.deleted_at IS NULL "
                "WHERE t.token_hash = $1 AND s.expires_at > $2";
        ProtobufCBinaryData hash = token_hash_of(rq, in);
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_bytea(args, hash.data, hash.len);
        (void)pg_arg_timestamptz(args, rq->now);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) > 0)
                ret->session = session_of(rq, rows, 0);
}

void identity_sign_out(Req *rq, const SessionRequest *in, SignOutReply *ret)
{
        static const char sql[] = "DELETE FROM user_session_token WHERE token_hash = $1 RETURNING session";
        ProtobufCBinaryData hash = token_hash_of(rq, in);
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)ret;
        (void)pg_arg_bytea(args, hash.data, hash.len);
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = "user_session"};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
}
