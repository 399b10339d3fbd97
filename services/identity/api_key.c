/* API keys: the rules of the record, and their secrets, of which the SHA-256 alone is kept. A key is its
 * person's: who may change it, and whom it acts as, does not change. */
#include "entity/record.h"
#include "identity.h"
#include "people.h"

#define TOKEN_PREFIX  "cauce_"
#define PREFIX_SHOWN  12
#define EXPIRY_DAYS   730
#define DAY_US        (INT64_C(86400) * 1000000)
#define USED_EVERY_US (INT64_C(3600) * 1000000)

/* ---- the record ---- */

/* A key that could make or widen keys would have no scopes. */
static void check_person(Req *rq, const Change *change)
{
        ApiKey *key = (ApiKey *)change->after;

        if (rq->context.key)
                req_fail(rq, FORBIDDEN_KEY, NULL, NULL);
        if (change->before && change_has(rq, change, "person"))
                req_fail(rq, READ_ONLY, "/person", NULL);
        if (!key->has_person)
                record_set_uuid(rq->arena, &key->person, &key->has_person, &rq->context.user);
        Uuid person = reference_of(key->has_person, key->person);
        if (uuid_compare(&person, &rq->context.user) != 0 && !asks_administrator(rq))
                req_fail(rq, ADMINISTRATORS, "/person", NULL);
        record_set_uuid(rq->arena, &key->owner, &key->has_owner, &person);
}

static void api_key_before_save(Req *rq, const Change *change)
{
        ApiKey *key = (ApiKey *)change->after;

        if (!rq->system || change->import)
                check_person(rq, change);
        if (change_has(rq, change, "scopes"))
                texts_check(rq, "/scopes", &key->n_scopes, key->scopes, NULL, grant_valid, MSG_BAD_GRANT);
        if (change_has(rq, change, "expires_at") && key->has_expires_at &&
                (key->expires_at <= rq->now || key->expires_at > rq->now + EXPIRY_DAYS * DAY_US))
                req_note(rq, BAD_EXPIRY, "/expires_at", req_printf(rq, "%d", EXPIRY_DAYS));
}

/* A key that is restored needs a new secret. */
static void secret_forget(Req *rq, const Uuid *key)
{
        static const char sql[] = "DELETE FROM api_key_secret WHERE key = $1";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, key);
        const PgWrite write = {.stmt = {sql, args}, .table = "api_key_secret", .id = *key};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
}

static void api_key_before_delete(Req *rq, const ProtobufCMessage *record)
{
        Uuid id = record_id(record);

        secret_forget(rq, &id);
}

static void api_key_after_delete(Req *rq, const ProtobufCMessage *record)
{
        const ApiKey *key = (const ApiKey *)record;
        Uuid person = reference_of(key->has_person, key->person);
        Person holder;

        bool known = active_by_id(rq, &person, &holder);
        access_log(rq, &(AccessEntry){.event = "revoked",
                               .person = &person,
                               .email = known ? holder.email : NULL,
                               .method = "api_key"});
}

const EntityHooks api_key_hooks = {.before_save = api_key_before_save,
        .before_delete = api_key_before_delete,
        .after_delete = api_key_after_delete};

/* ---- its secret ---- */

static void secret_store(Req *rq, const Uuid *key, const char *token)
{
        static const char sql[] =
                "INSERT INTO api_key_secret (key, token_hash) SELECT id, $2 FROM api_key WHERE id = $1 AND deleted_at IS NULL "
                "ON CONFLICT (key) DO UPDATE SET token_hash = excluded.token_hash, made_at = now() RETURNING key";
        PgArgs *args = pg_args(rq->arena);
        uint8_t hash[TOKEN_HASH];
        PgRows *rows;

        token_hash(token, hash);
        (void)pg_arg_uuid(args, key);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        const PgWrite write = {.stmt = {sql, args}, .table = "api_key_secret", .id = *key};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
}

/* The key, if its secret is this person's to issue: that somebody else's exists is not told. */
static const ApiKey *key_of(Req *rq, const IssueKeyRequest *in)
{
        Uuid id = reference_of(in->has_key, in->key);

        if (rq->context.key)
                req_fail(rq, FORBIDDEN_KEY, NULL, NULL);
        bool administrator = asks_administrator(rq);
        const ApiKey *key = (const ApiKey *)system_load(rq, "api_key", &id);
        Uuid person = reference_of(key->has_person, key->person);
        if (!administrator && uuid_compare(&person, &rq->context.user) != 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        if (key->expires_at <= rq->now)
                req_fail(rq, KEY_EXPIRED, NULL, NULL);
        return key;
}

/* The event of the new prefix makes every gateway ask again, so it comes after the former secret is gone. */
void identity_issue_key(Req *rq, const IssueKeyRequest *in, IssueKeyReply *ret)
{
        const ApiKey *key = key_of(rq, in);
        ApiKey *after = (ApiKey *)record_copy(rq->arena, &api_key_meta, &key->base);
        char *token = req_printf(rq, TOKEN_PREFIX "%s", token_new(rq));
        Uuid id = record_id(&key->base);

        secret_store(rq, &id, token);
        after->prefix = arena_strndup(rq->arena, token, PREFIX_SHOWN);
        (void)system_update(rq, "api_key", &key->base, &after->base);
        ret->token = token;
}

/* ---- who stands behind a secret ---- */

/* At most once an hour, and without an event: nothing depends on it. */
static void mark_used(Req *rq, const Uuid *key)
{
        static const char sql[] =
                "UPDATE api_key SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, key);
        (void)pg_arg_timestamptz(args, rq->now);
        (void)pg_arg_timestamptz(args, rq->now - USED_EVERY_US);
        const PgWrite write = {.stmt = {sql, args}, .table = "api_key", .id = *key};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
}

Session *api_key_session(Req *rq, const uint8_t hash[static TOKEN_HASH])
{
        static const char sql[] =
                "SELECT k.id, p.id, k.expires_at, k.used_at, p.label, p.email, p.lang FROM api_key_secret s "
                "JOIN api_key k ON k.id = s.key AND k.deleted_at IS NULL AND k.expires_at > $2 "
                "JOIN person p ON p.id = k.person AND p.deleted_at IS NULL AND p.inactive IS NOT TRUE "
                "WHERE s.token_hash = $1";
        Session *session = arena_alloc(rq->arena, sizeof *session);
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_bytea(args, hash, TOKEN_HASH);
        (void)pg_arg_timestamptz(args, rq->now);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                return NULL;
        Uuid key = pg_uuid(rows, 0, 0), person = pg_uuid(rows, 0, 1);
        if (pg_null(rows, 0, 3) || pg_timestamptz(rows, 0, 3) <= rq->now - USED_EVERY_US)
                mark_used(rq, &key);
        *session = (Session)SESSION_INIT;
        record_set_uuid(rq->arena, &session->id, &session->has_id, &key);
        record_set_uuid(rq->arena, &session->user, &session->has_user, &person);
        session->has_expires_at = session->has_key = session->key = true;
        session->expires_at = pg_timestamptz(rows, 0, 2);
        session->name = pg_text_copy(rows, 0, 4, rq->arena);
        session->email = pg_text_copy(rows, 0, 5, rq->arena);
        session->lang = pg_text_copy(rows, 0, 6, rq->arena);
        return session;
}
