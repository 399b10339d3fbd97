/* The rules of a user: an active administrator stays, and who is not away is away until nothing. */
#include "entity/record.h"
#include "people.h"

static bool active_administrator(const User *user)
{
        return user->administrator && !user->inactive;
}

/* Two who are demoted at the same time are held apart by the table (migrations/0002_access.sql). */
static void keep_administrator(Req *rq, const User *user, const char *field)
{
        static const char sql[] = "SELECT 1 FROM person WHERE administrator AND inactive IS NOT TRUE "
                                  "AND deleted_at IS NULL AND id <> $1 LIMIT 1";
        PgArgs *args = pg_args(rq->arena);
        Uuid id = record_id(&user->base);

        (void)pg_arg_uuid(args, &id);
        if (!rows_exist(rq, sql, args))
                req_fail(rq, LAST_ADMINISTRATOR, field, NULL);
}

static void user_before_save(Req *rq, const Change *change)
{
        const User *before = (const User *)change->before;
        User *user = (User *)change->after;

        if (!user->away)
                user->has_away_until = false;
        if (before && active_administrator(before) && !active_administrator(user))
                keep_administrator(rq, before, user->inactive ? "/inactive" : "/administrator");
}

static void user_before_delete(Req *rq, const ProtobufCMessage *record)
{
        const User *user = (const User *)record;

        if (active_administrator(user))
                keep_administrator(rq, user, NULL);
}

const EntityHooks user_hooks = {.before_save = user_before_save, .before_delete = user_before_delete};
