/* People as signing in sees them. */
#include "identity.h"
#include "own.h"

static const char *text_or_null(Arena *arena, const PgRows *rows, int column)
{
        Str text = pg_text(rows, 0, column);

        return pg_null(rows, 0, column) ? NULL : arena_strndup(arena, text.p, text.len);
}

static bool person_read(Req *rq, const char *sql, const PgArgs *args, Person *ret)
{
        const PgRows *rows = own_read(rq, sql, args);

        if (pg_rows(rows) == 0)
                return false;
        *ret = (Person){.id = pg_uuid(rows, 0, 0),
                .name = text_or_null(rq->arena, rows, 1),
                .email = text_or_null(rq->arena, rows, 2),
                .password_hash = text_or_null(rq->arena, rows, 3)};
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
