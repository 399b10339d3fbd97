/* One-time links: owns table link; answers invite, forgot_password, use_link. The token is known to whoever
 * was given it alone; here stands its hash. */
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "entity/access.h"
#include "links.h"
#include "oidc.h"
#include "own.h"

#define TOKEN_BYTES 16
#define HOUR_US     (INT64_C(3600) * 1000000)

static const struct {
        const char *name;
        int64_t lasts_us;
} purposes[LINK_PURPOSE_MAX] = {
        [LINK_INVITE] = {"invite", 72 * HOUR_US},
        [LINK_RESET] = {"reset", HOUR_US},
};

const char *link_purpose_name(LinkPurpose purpose)
{
        return purposes[purpose].name;
}

LinkPurpose link_purpose(Str name)
{
        LinkPurpose purpose = 0;

        while (purpose < LINK_PURPOSE_MAX && !str_is(name, purposes[purpose].name))
                purpose++;
        return purpose;
}

char *link_make(Req *rq, const Uuid *person, LinkPurpose purpose, int64_t *ret_expires_at)
{
        static const char sql[] =
                "INSERT INTO link (person, purpose, token_hash, expires_at, email) "
                "SELECT id, $2, $3, $4, email FROM person WHERE id = $1 "
                "ON CONFLICT (person, purpose) DO UPDATE SET token_hash = excluded.token_hash, created_at = now(), "
                "expires_at = excluded.expires_at, email = excluded.email, used_at = NULL";
        size_t size = sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        int64_t expires_at = rq->now + purposes[purpose].lasts_us;
        uint8_t bytes[TOKEN_BYTES], hash[TOKEN_HASH];
        char *token = arena_alloc(rq->arena, size);
        PgArgs *args = pg_args(rq->arena);

        randombytes_buf(bytes, sizeof bytes);
        (void)sodium_bin2base64(token, size, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        token_hash(token, hash);
        (void)pg_arg_uuid(args, person);
        (void)pg_arg_text(args, str_of(purposes[purpose].name));
        (void)pg_arg_bytea(args, hash, sizeof hash);
        (void)pg_arg_timestamptz(args, expires_at);
        (void)own_write(rq, sql, args, "link", person);
        *ret_expires_at = expires_at;
        return token;
}

void links_end(Req *rq, const Uuid *person)
{
        static const char sql[] = "UPDATE link SET used_at = now() WHERE person = $1 AND used_at IS NULL";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        (void)own_write(rq, sql, args, "link", person);
}

/* ---- asking for one ---- */

void identity_invite(Req *rq, const InviteRequest *in, InviteReply *ret)
{
        Person person;

        access_administrator(rq);
        if (!in->has_user)
                req_fail(rq, REQUIRED, "/user", NULL);
        if (in->user.len != sizeof(Uuid) ||
                !active_by_id(rq, (const Uuid *)(const void *)in->user.data, &person))
                req_fail(rq, REFERENCE, "/user", NULL);
        oidc_unlink(rq, &person.id); /* a fresh beginning: the next sign-in there links anew */
        ret->token = link_make(rq, &person.id, LINK_INVITE, &ret->expires_at);
        ret->has_expires_at = ret->has_mailed = true;
        ret->mailed = mail_on(rq->entity);
        if (ret->mailed)
                mail_queue_invite(rq, &person.id, ret->token);
        const AccessEntry entry = {
                .event = "invited", .person = &person.id, .email = person.email, .method = "link"};
        access_log(rq, &entry);
}

/* Nothing here depends on whether there is such an account. */
void identity_forgot_password(Req *rq, const ForgotPasswordRequest *in, ForgotPasswordReply *ret)
{
        char *email;

        (void)ret;
        if (!in->email || !in->email[0])
                req_fail(rq, REQUIRED, "/email", NULL);
        if (email_normalise(rq->arena, str_of(in->email), &email) != 0)
                email = arena_strdup(rq->arena, "");
        /* Counted apart from the tries to sign in, and none of them is right. */
        (void)guess_begin(rq, req_printf(rq, "forgotten %s", email), in->address);
        if (mail_on(rq->entity))
                mail_queue_reset(rq, email, in->address);
}

/* ---- using one ---- */

/* Whose open link this is; its person must be active, and have the address that the link was made for. */
static bool link_find(Req *rq, const uint8_t hash[static TOKEN_HASH], Person *ret)
{
        static const char sql[] =
                "SELECT l.person FROM link l JOIN person p ON p.id = l.person AND p.email = l.email "
                "WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_bytea(args, hash, TOKEN_HASH);
        (void)pg_arg_timestamptz(args, rq->now);
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) == 0)
                return false;
        Uuid person = pg_uuid(rows, 0, 0);
        return active_by_id(rq, &person, ret);
}

/* The link, the password and the end of the person's other links are one statement: all or nothing, and one
 * of two at once. */
static bool link_use(Req *rq, const Uuid *person, const uint8_t hash[static TOKEN_HASH], const char *password)
{
        static const char sql[] =
                "WITH l AS (UPDATE link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL "
                "AND expires_at > $2 RETURNING person), "
                "o AS (UPDATE link SET used_at = now() FROM l WHERE link.person = l.person AND link.token_hash <> $1 "
                "AND link.used_at IS NULL) "
                "INSERT INTO credential AS c (person, password_hash, changed_at) SELECT person, $3, $2 FROM l "
                "ON CONFLICT (person) DO UPDATE SET password_hash = excluded.password_hash, changed_at = $2 "
                "RETURNING person";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_bytea(args, hash, TOKEN_HASH);
        (void)pg_arg_timestamptz(args, rq->now);
        (void)pg_arg_text(args, str_of(password_hash(rq, password)));
        return pg_rows(own_write(rq, sql, args, "link", person)) > 0;
}

void identity_use_link(Req *rq, const UseLinkRequest *in, UseLinkReply *ret)
{
        uint8_t hash[TOKEN_HASH];
        Person person;

        if (!in->token || !in->token[0])
                req_note(rq, REQUIRED, "/token", NULL);
        if (!in->password || !in->password[0])
                req_note(rq, REQUIRED, "/password", NULL);
        req_check(rq);
        Guess guess = guess_begin(rq, NULL, in->address);
        AccessEntry entry = {
                .event = "refused", .method = "link", .address = in->address, .device = in->device};
        token_hash(in->token, hash);
        if (!link_find(rq, hash, &person)) {
                access_log_refused(rq, &guess, &entry);
                req_fail(rq, BAD_LINK, NULL, NULL);
        }
        guess_right(rq, &guess);
        password_check(rq, "/password", in->password, person.email, person.name);
        req_check(rq);
        password_need_room(rq, NULL);
        if (!link_use(rq, &person.id, hash, in->password))
                req_fail(rq, BAD_LINK, NULL, NULL);
        (void)sessions_end(rq, &person.id, NULL);
        entry.event = "password_changed";
        entry.person = &person.id;
        entry.email = person.email;
        access_log(rq, &entry);
        ret->email = (char *)person.email;
}
