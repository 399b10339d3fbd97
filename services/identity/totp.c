/* The second factor: owns tables totp and recovery_code; answers begin_totp, confirm_totp, remove_totp. A
 * code is used up by moving last_step in a guarded UPDATE, so it opens once over all replicas. */
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "entity/access.h"
#include "entity/record.h"
#include "http/fetch.h"
#include "identity.h"
#include "own.h"
#include "service/service.h"
#include "totp_code.h"

#define SEAL_PURPOSE   "totp"
#define RECOVERY_CODES 10
#define RECOVERY_CHARS 10 /* of 32 letters: 50 bits */

typedef struct Factor {
        Str sealed;
        uint8_t secret[TOTP_SECRET];
        int64_t last_step;
} Factor;

static bool factor_read(Req *rq, const Uuid *person, bool confirmed, Factor *ret)
{
        static const char sql[] = "SELECT secret, last_step FROM totp "
                                  "WHERE person = $1 AND (confirmed_at IS NOT NULL) = $2";
        PgArgs *args = pg_args(rq->arena);
        Str secret;

        (void)pg_arg_uuid(args, person);
        (void)pg_arg_bool(args, confirmed);
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) == 0)
                return false;
        ret->sealed = pg_text(rows, 0, 0);
        ret->last_step = pg_int(rows, 0, 1);
        if (!unseal(rq, SEAL_PURPOSE, ret->sealed, &secret) || secret.len != sizeof ret->secret)
                req_fault(rq, -1, "a second factor was sealed with another CAUCE_SECRET");
        memcpy(ret->secret, secret.p, sizeof ret->secret);
        return true;
}

/* ---- recovery codes ---- */

/* Without those that are read for another: I, L, O, U. */
static const char recovery_letters[] = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

static void recovery_hash(Req *rq, const char *code, uint8_t ret[static 32])
{
        uint8_t key[SERVICE_KEY];

        service_key(rq->entity, "recovery", key);
        (void)crypto_generichash(ret, 32, (const uint8_t *)code, strlen(code), key, sizeof key);
        sodium_memzero(key, sizeof key);
}

/* "abcde-fghij" as it was made; NULL when it cannot be one. */
static const char *recovery_read(Req *rq, const char *code)
{
        StrBuf out = {.arena = rq->arena};

        for (; *code; code++) {
                char c = *code >= 'a' && *code <= 'z' ? (char)(*code - 'a' + 'A') : *code;
                if (c == '-' || c == ' ')
                        continue;
                if (!strchr(recovery_letters, c))
                        return NULL;
                strbuf_putc(&out, c);
        }
        return out.len == RECOVERY_CHARS ? out.p : NULL;
}

/* As people see it, "ABCDE-FGHIJ"; its hash as hexadecimal text. */
static char *recovery_new(Req *rq, Str *ret_hash)
{
        char *hex = arena_alloc(rq->arena, 65), *code = arena_alloc(rq->arena, RECOVERY_CHARS + 1);
        uint8_t hash[32];

        for (unsigned i = 0; i < RECOVERY_CHARS; i++)
                code[i] = recovery_letters[randombytes_uniform(sizeof recovery_letters - 1)];
        recovery_hash(rq, code, hash);
        *ret_hash = (Str){sodium_bin2hex(hex, 65, hash, sizeof hash), 64};
        return req_printf(rq, "%.5s-%s", code, code + 5);
}

static bool recovery_use(Req *rq, const Uuid *person, const char *code)
{
        static const char sql[] = "UPDATE recovery_code SET used_at = now() "
                                  "WHERE person = $1 AND code_hash = $2 AND used_at IS NULL RETURNING person";
        const char *plain = recovery_read(rq, code);
        PgArgs *args = pg_args(rq->arena);
        uint8_t hash[32];

        if (!plain)
                return false;
        recovery_hash(rq, plain, hash);
        (void)pg_arg_uuid(args, person);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        return pg_rows(own_write(rq, sql, args, "totp", person)) > 0;
}

/* ---- checking ---- */

bool factor_exists(Req *rq, const Uuid *person)
{
        static const char sql[] = "SELECT 1 FROM totp WHERE person = $1 AND confirmed_at IS NOT NULL";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        return pg_rows(own_read(rq, sql, args)) > 0;
}

/* False: another request was first with this step or a later one. */
static bool step_use(Req *rq, const Uuid *person, int64_t step)
{
        static const char sql[] =
                "UPDATE totp SET last_step = $2 "
                "WHERE person = $1 AND last_step < $2 AND confirmed_at IS NOT NULL RETURNING person";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        (void)pg_arg_int8(args, step);
        return pg_rows(own_write(rq, sql, args, "totp", person)) > 0;
}

FactorResult factor_check(Req *rq, const Uuid *person, const char *code)
{
        Factor factor;

        if (!code || !code[0])
                return factor_exists(rq, person) ? FACTOR_MISSING : FACTOR_NONE;
        if (!factor_read(rq, person, true, &factor))
                return FACTOR_NONE;
        int64_t step = totp_step(factor.secret, str_trim(str_of(code)), rq->now, factor.last_step);
        sodium_memzero(factor.secret, sizeof factor.secret);
        bool right = step ? step_use(rq, person, step) : recovery_use(rq, person, code);
        return right ? FACTOR_RIGHT : FACTOR_WRONG;
}

/* ---- setting up and removing ---- */

static void log_factor(Req *rq, const Uuid *person, const char *email)
{
        const AccessEntry entry = {
                .event = "second_factor", .person = person, .email = email, .method = "totp"};

        access_log(rq, &entry);
}

static char *otpauth_uri(Req *rq, const char *email, const char *secret)
{
        const char *company = service_config(rq->entity, "CAUCE_COMPANY");
        StrBuf out = {.arena = rq->arena}, query = {.arena = rq->arena};

        strbuf_puts(&out, "otpauth://totp/");
        percent_put(&out, company);
        strbuf_puts(&out, ":");
        percent_put(&out, email);
        form_put(&query, "secret", secret);
        form_put(&query, "issuer", company);
        strbuf_printf(&out, "?%s&algorithm=SHA1&digits=6&period=30", query.p);
        return out.p;
}

void identity_begin_totp(Req *rq, const BeginTotpRequest *in, BeginTotpReply *ret)
{
        static const char sql[] =
                "INSERT INTO totp (person, secret) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE "
                "SET secret = excluded.secret, created_at = now() WHERE totp.confirmed_at IS NULL RETURNING person";
        Person person = person_asking(rq);
        PgArgs *args = pg_args(rq->arena);
        uint8_t secret[TOTP_SECRET];

        (void)in;
        randombytes_buf(secret, sizeof secret);
        Str sealed = seal(rq, SEAL_PURPOSE, secret, sizeof secret);
        (void)pg_arg_uuid(args, &person.id);
        (void)pg_arg_bytea(args, sealed.p, sealed.len);
        if (pg_rows(own_write(rq, sql, args, "totp", &person.id)) == 0)
                req_fail(rq, FACTOR_SET, NULL, NULL);
        ret->secret = base32(rq->arena, secret, sizeof secret);
        ret->uri = otpauth_uri(rq, person.email, ret->secret);
        sodium_memzero(secret, sizeof secret);
}

/* False: meanwhile it was confirmed, or begun again. */
static bool factor_confirm(Req *rq, const Uuid *person, const Factor *factor, int64_t step, const Str *hashes)
{
        static const char sql[] =
                "WITH t AS (UPDATE totp SET confirmed_at = now(), last_step = $3 "
                "WHERE person = $1 AND secret = $2 AND confirmed_at IS NULL RETURNING person) "
                "INSERT INTO recovery_code (person, code_hash) "
                "SELECT t.person, decode(h, 'hex') FROM t, unnest($4::text[]) h RETURNING person";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        (void)pg_arg_bytea(args, factor->sealed.p, factor->sealed.len);
        (void)pg_arg_int8(args, step);
        (void)pg_arg_text_array(args, hashes, RECOVERY_CODES);
        return pg_rows(own_write(rq, sql, args, "totp", person)) > 0;
}

void identity_confirm_totp(Req *rq, const ConfirmTotpRequest *in, ConfirmTotpReply *ret)
{
        Person person = person_asking(rq);
        Str hashes[RECOVERY_CODES];
        Factor factor;

        if (!in->code || !in->code[0])
                req_fail(rq, REQUIRED, "/code", NULL);
        if (!factor_read(rq, &person.id, false, &factor)) {
                if (factor_exists(rq, &person.id))
                        req_fail(rq, FACTOR_SET, NULL, NULL);
                req_fail(rq, WRONG_CODE, "/code", NULL); /* none was begun */
        }
        int64_t step = totp_step(factor.secret, str_trim(str_of(in->code)), rq->now, 0);
        sodium_memzero(factor.secret, sizeof factor.secret);
        if (!step)
                req_fail(rq, WRONG_CODE, "/code", NULL);
        ret->recovery_codes = arena_array(rq->arena, RECOVERY_CODES, sizeof *ret->recovery_codes);
        for (unsigned i = 0; i < RECOVERY_CODES; i++)
                ret->recovery_codes[i] = recovery_new(rq, &hashes[i]);
        ret->n_recovery_codes = RECOVERY_CODES;
        if (!factor_confirm(rq, &person.id, &factor, step, hashes))
                req_fail(rq, CONFLICT, NULL, NULL);
        log_factor(rq, &person.id, person.email);
}

/* Whose factor goes: one's own, or for an administrator anybody's. */
static const Uuid *removal_of(Req *rq, const RemoveTotpRequest *in)
{
        if (!in->has_user)
                return &rq->context.user;
        if (in->user.len != sizeof(Uuid))
                req_fail(rq, REFERENCE, "/user", NULL);
        const Uuid *user = (const Uuid *)(const void *)in->user.data;
        if (uuid_compare(user, &rq->context.user) != 0)
                access_administrator(rq);
        return user;
}

static void own_password_check(Req *rq, const Person *person, const char *password)
{
        const AccessEntry refused = {
                .event = "refused", .person = &person->id, .email = person->email, .method = "password"};

        if (!password || !password[0])
                req_fail(rq, REQUIRED, "/password", NULL);
        Guess guess = guess_begin(rq, person->email, NULL);
        password_need_room(rq, &guess);
        if (!password_verify(rq, person->password_hash, password)) {
                access_log_refused(rq, &guess, &refused);
                req_fail(rq, WRONG_PASSWORD, "/password", NULL);
        }
        guess_right(rq, &guess);
}

void identity_remove_totp(Req *rq, const RemoveTotpRequest *in, RemoveTotpReply *ret)
{
        static const char sql[] =
                "WITH t AS (DELETE FROM totp WHERE person = $1 RETURNING person, confirmed_at) "
                "SELECT p.email FROM t JOIN person p ON p.id = t.person WHERE t.confirmed_at IS NOT NULL";
        Person asking = person_asking(rq);
        const Uuid *user = removal_of(rq, in);
        PgArgs *args = pg_args(rq->arena);

        (void)ret;
        own_password_check(rq, &asking, in->password);
        (void)pg_arg_uuid(args, user);
        const PgRows *rows = own_write(rq, sql, args, "totp", user);
        if (pg_rows(rows) > 0)
                log_factor(
                        rq, user, arena_strndup(rq->arena, pg_text(rows, 0, 0).p, pg_text(rows, 0, 0).len));
}
