/* Sessions: owns the records of identity.user_session and their tokens; answers rpc session and sign_out.
 *
 * A session ends at its own hour whatever happens, when nobody uses it for a while, and when its record is
 * deleted. It never changes but for seen_at, which moves without an event: so one whose version is not 1 was
 * revoked, even if its record was restored. */
#include <sodium.h>
#include <string.h>

#include "entity/authz_wait.h"
#include "entity/hooks.h"
#include "entity/record.h"
#include "identity.h"
#include "own.h"
#include "service/service.h"

#define TOKEN_BYTES 32
#define MINUTE_US   INT64_C(60000000)

static int64_t setting_us(const Req *rq, const char *name, int64_t unit)
{
        uint32_t n;

        return parse_u32(str_of(service_config(rq->entity, name)), &n) == 0 && n > 0 ? n * unit : unit;
}

int64_t session_idle_us(const Req *rq)
{
        return setting_us(rq, "CAUCE_SESSION_IDLE_MINUTES", MINUTE_US);
}

static int64_t whole_us(const Req *rq)
{
        return setting_us(rq, "CAUCE_SESSION_HOURS", 60 * MINUTE_US);
}

/* ---- tokens ---- */

void token_hash(const char *token, uint8_t ret[static TOKEN_HASH])
{
        (void)crypto_hash_sha256(ret, (const uint8_t *)token, strlen(token));
}

char *token_new(Req *rq)
{
        uint8_t bytes[TOKEN_BYTES];
        size_t size = sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        char *text = arena_alloc(rq->arena, size);

        randombytes_buf(bytes, sizeof bytes);
        return sodium_bin2base64(text, size, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void token_save(Req *rq, const Uuid *session, const uint8_t hash[static TOKEN_HASH])
{
        static const char sql[] = "INSERT INTO user_session_token (session, token_hash) VALUES ($1, $2)";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, session);
        (void)pg_arg_bytea(args, hash, TOKEN_HASH);
        (void)own_write(rq, sql, args, "user_session_token", session);
}

/* ---- finding ---- */

static Session *session_of(Req *rq, const PgRows *rows)
{
        Session *session = arena_alloc(rq->arena, sizeof *session);
        Uuid id = pg_uuid(rows, 0, 0), person = pg_uuid(rows, 0, 1);
        int64_t ends = pg_timestamptz(rows, 0, 6), idles = rq->now + session_idle_us(rq);

        *session = (Session)SESSION_INIT;
        record_set_uuid(rq->arena, &session->id, &session->has_id, &id);
        record_set_uuid(rq->arena, &session->user, &session->has_user, &person);
        session->name = pg_text_copy(rows, 0, 2, rq->arena);
        session->email = pg_text_copy(rows, 0, 3, rq->arena);
        session->has_administrator = true;
        session->administrator = pg_bool(rows, 0, 4);
        session->lang = pg_text_copy(rows, 0, 5, rq->arena);
        session->has_expires_at = true;
        session->expires_at = ends < idles ? ends : idles;
        session->has_second_factor = true;
        session->second_factor = factor_exists(rq, &person);
        return session;
}

/* Says that it is in use: at most once a minute. It is answered even if that can't be written. */
static void session_touch(Req *rq, const Uuid *id, int64_t seen_at)
{
        static const char sql[] = "UPDATE user_session SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        if (rq->now - seen_at < MINUTE_US)
                return;
        (void)pg_arg_uuid(args, id);
        (void)pg_arg_timestamptz(args, rq->now);
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = "user_session", .id = *id};
        (void)pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows);
}

/* The one in force behind a token, in use from now on; NULL = none. */
static Session *session_by_token(Req *rq, const uint8_t hash[static TOKEN_HASH])
{
        static const char sql[] =
                "SELECT s.id, p.id, p.label, p.email, p.administrator, p.lang, s.expires_at, s.seen_at "
                "FROM user_session_token t JOIN user_session s ON s.id = t.session JOIN person p ON p.id = s.owner "
                "WHERE t.token_hash = $1 AND s.deleted_at IS NULL AND s.version = 1 AND s.expires_at > $2 "
                "AND s.seen_at > $3 AND p.deleted_at IS NULL AND p.inactive IS NOT TRUE";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_bytea(args, hash, TOKEN_HASH);
        (void)pg_arg_timestamptz(args, rq->now);
        (void)pg_arg_timestamptz(args, rq->now - session_idle_us(rq));
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) == 0)
                return NULL;
        Uuid id = pg_uuid(rows, 0, 0);
        session_touch(rq, &id, pg_timestamptz(rows, 0, 7));
        return session_of(rq, rows);
}

/* ---- beginning and ending ---- */

static const char *email_of(Req *rq, const Uuid *person)
{
        static const char sql[] = "SELECT email FROM person WHERE id = $1";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        const PgRows *rows = own_read(rq, sql, args);
        return pg_rows(rows) > 0 ? pg_text(rows, 0, 0).p : NULL;
}

static void log_session(Req *rq, const char *event, const UserSession *session)
{
        const Uuid *person = session->has_owner ? (const Uuid *)(const void *)session->owner.data : NULL;

        access_log(rq, &(AccessEntry){.event = event,
                               .person = person,
                               .email = person ? email_of(rq, person) : NULL,
                               .method = session->method,
                               .address = session->address,
                               .device = session->device});
}

Session *session_begin(Req *rq, const Uuid *person, const char *method, const char *address,
        const char *device, char **ret_token)
{
        UserSession *record = (UserSession *)record_new(rq->arena, &user_session_meta);
        uint8_t hash[TOKEN_HASH];
        char *token = token_new(rq);

        token_hash(token, hash);
        record_set_uuid(rq->arena, &record->owner, &record->has_owner, person);
        record->method = (char *)method;
        record->address = client_text(rq, address, CLIENT_ADDRESS_MAX);
        record->device = client_text(rq, device, CLIENT_DEVICE_MAX);
        record->has_expires_at = record->has_seen_at = true;
        record->expires_at = rq->now + whole_us(rq);
        record->seen_at = rq->now;
        record = (UserSession *)system_create(rq, "user_session", &record->base);
        Uuid id = record_id(&record->base);
        token_save(rq, &id, hash);
        Session *session = session_by_token(rq, hash);
        if (!session) /* deactivated in this very moment */
                req_fail(rq, SIGN_IN, NULL, NULL);
        log_session(rq, "sign_in", record);
        *ret_token = token;
        return session;
}

/* False: it had ended already. */
static bool session_end(Req *rq, const Uuid *id, const char *event)
{
        const ProtobufCMessage *session = system_delete(rq, "user_session", id);

        if (session)
                log_session(rq, event, (const UserSession *)session);
        return session != NULL;
}

int64_t sessions_end(Req *rq, const Uuid *person, const Uuid *but)
{
        static const char sql[] =
                "SELECT id FROM user_session WHERE owner = $1 AND id <> $2 AND deleted_at IS NULL";
        static const Uuid none;
        PgArgs *args = pg_args(rq->arena);
        int64_t ended = 0;

        (void)pg_arg_uuid(args, person);
        (void)pg_arg_uuid(args, but ? but : &none);
        const PgRows *rows = own_read(rq, sql, args);
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid id = pg_uuid(rows, row, 0);
                ended += session_end(rq, &id, "revoked");
        }
        return ended;
}

/* By its owner or whoever may: what the system ends it logs itself. */
static void session_revoked(Req *rq, const ProtobufCMessage *record)
{
        if (!rq->system)
                log_session(rq, "revoked", (const UserSession *)record);
}

const EntityHooks user_session_hooks = {.after_delete = session_revoked};

/* ---- rpcs ---- */

static const uint8_t *hash_of(Req *rq, const SessionRequest *in)
{
        if (!in->has_token_hash || in->token_hash.len != TOKEN_HASH)
                req_fail(rq, BAD_REQUEST, NULL, "token_hash");
        return in->token_hash.data;
}

void identity_session(Req *rq, const SessionRequest *in, SessionReply *ret)
{
        const uint8_t *hash = hash_of(rq, in);
        /* What is read from here on has everything up to it. */
        const AuthzEpoch now = authz_epoch(rq->entity);

        ret->session = session_by_token(rq, hash);
        if (!ret->session)
                ret->session = api_key_session(rq, hash);
        if (!ret->session)
                return;
        ret->session->has_epoch = true;
        ret->session->epoch = now.epoch;
}

void identity_sign_out(Req *rq, const SessionRequest *in, SignOutReply *ret)
{
        const Session *session = session_by_token(rq, hash_of(rq, in));

        (void)ret;
        if (session)
                (void)session_end(rq, (const Uuid *)(const void *)session->id.data, "sign_out");
}
