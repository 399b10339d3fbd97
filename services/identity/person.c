/* People as signing in sees them. */
#include "identity.h"
#include "own.h"

static bool person_read(Req *rq, const char *sql, const PgArgs *args, Person *ret)
{
        const PgRows *rows = own_read(rq, sql, args);

        if (pg_rows(rows) == 0)
                return false;
        *ret = (Person){.id = pg_uuid(rows, 0, 0),
                .name = pg_text_copy(rows, 0, 1, rq->arena),
                .email = pg_text_copy(rows, 0, 2, rq->arena),
                .password_hash = pg_text_copy(rows, 0, 3, rq->arena)};
        return true;
}

bool active_by_email(Req *rq, const char *email, Person *ret)
{
        static const char sql[] =
                "SELECT p.id, p.label, p.email, c.password_hash FROM person p LEFT JOIN credential c ON c.person = p.id "
                "WHERE p.email = $1 AND p.deleted_at IS NULL AND p.inactive IS NOT TRUE";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_text(args, str_of(email));
        return person_read(rq, sql, args, ret);
}

bool active_by_id(Req *rq, const Uuid *id, Person *ret)
{
        static const char sql[] =
                "SELECT p.id, p.label, p.email, c.password_hash FROM person p LEFT JOIN credential c ON c.person = p.id "
                "WHERE p.id = $1 AND p.deleted_at IS NULL AND p.inactive IS NOT TRUE";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, id);
        return person_read(rq, sql, args, ret);
}

Person person_asking(Req *rq)
{
        Person person;

        if (!active_by_id(rq, &rq->context.user, &person))
                req_fail(rq, SIGN_IN, NULL, NULL);
        if (rq->context.key)
                req_fail(rq, FORBIDDEN_KEY, NULL, NULL);
        return person;
}
