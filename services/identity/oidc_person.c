/* Which user an account at the provider is: owns table oidc_link. Nobody is made by signing in. */
#include "base/log.h"
#include "base/text.h"
#include "jwt.h"
#include "oidc.h"
#include "own.h"

static bool linked(Req *rq, const JwtClaims *claims, Uuid *ret)
{
        static const char sql[] = "SELECT person FROM oidc_link WHERE issuer = $1 AND subject = $2";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_text(args, claims->iss);
        (void)pg_arg_text(args, claims->sub);
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) == 0)
                return false;
        *ret = pg_uuid(rows, 0, 0);
        return true;
}

/* False: the person is linked with another account of this provider, or another request was first. */
static bool link_now(Req *rq, const JwtClaims *claims, const Uuid *person)
{
        static const char sql[] = "INSERT INTO oidc_link (issuer, subject, person) VALUES ($1, $2, $3) "
                                  "ON CONFLICT DO NOTHING RETURNING person";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_text(args, claims->iss);
        (void)pg_arg_text(args, claims->sub);
        (void)pg_arg_uuid(args, person);
        return pg_rows(own_write(rq, sql, args, "oidc_link", person)) > 0;
}

bool oidc_person(Req *rq, const JwtClaims *claims, Person *ret)
{
        Uuid person;
        char *email;

        if (linked(rq, claims, &person))
                return active_by_id(rq, &person, ret);
        if (!claims->email_verified || email_normalise(rq->arena, claims->email, &email) != 0 ||
                !active_by_email(rq, email, ret))
                return false;
        if (!link_now(rq, claims, &ret->id) &&
                !(linked(rq, claims, &person) && uuid_compare(&person, &ret->id) == 0))
                return false;
        log_info(rq->context.trace, "account of the identity provider linked", KV("method", "oidc"));
        return true;
}

void oidc_unlink(Req *rq, const Uuid *person)
{
        static const char sql[] = "DELETE FROM oidc_link WHERE person = $1";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        (void)own_write(rq, sql, args, "oidc_link", person);
}
