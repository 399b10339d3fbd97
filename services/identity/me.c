/* What people see and change of themselves, whatever their profile says of users: answers me, update_me. */
#include "entity/write.h"
#include "identity.h"
#include "own.h"
#include "people.h"

/* ---- seeing ---- */

static char *text_of(Req *rq, const PgRows *rows, int column)
{
        Str text = pg_text(rows, 0, column);

        return text.len > 0 ? arena_strndup(rq->arena, text.p, text.len) : NULL;
}

/* Until when: absent once that has passed, as the assigner sees it. */
static void me_away(Req *rq, const PgRows *rows, int column, MeReply *ret)
{
        int64_t until = pg_timestamptz(rows, 0, column + 1);
        bool open = pg_null(rows, 0, column + 1);

        ret->has_away = true;
        ret->away = pg_bool(rows, 0, column) && (open || until > rq->now);
        ret->has_away_until = ret->away && !open;
        ret->away_until = until;
}

void identity_me(Req *rq, const MeRequest *in, MeReply *ret)
{
        static const char sql[] =
                "SELECT p.name, p.email, p.administrator, p.lang, p.phone, p.job_title, p.away, p.away_until, "
                "r.label, f.label, EXISTS (SELECT 1 FROM totp t WHERE t.person = p.id AND t.confirmed_at IS NOT NULL) "
                "FROM person p LEFT JOIN role r ON r.id = p.role AND r.deleted_at IS NULL "
                "LEFT JOIN profile f ON f.id = p.profile AND f.deleted_at IS NULL "
                "WHERE p.id = $1 AND p.deleted_at IS NULL AND p.inactive IS NOT TRUE";
        PgArgs *args = pg_args(rq->arena);

        (void)in;
        (void)pg_arg_uuid(args, &rq->context.user);
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) == 0)
                req_fail(rq, SIGN_IN, NULL, NULL);
        ret->has_id = true;
        ret->id = (ProtobufCBinaryData){sizeof rq->context.user, rq->context.user.b};
        ret->name = text_of(rq, rows, 0);
        ret->email = text_of(rq, rows, 1);
        ret->has_administrator = true;
        ret->administrator = pg_bool(rows, 0, 2);
        ret->lang = text_of(rq, rows, 3);
        ret->phone = text_of(rq, rows, 4);
        ret->job_title = text_of(rq, rows, 5);
        me_away(rq, rows, 6, ret);
        ret->role = text_of(rq, rows, 8);
        ret->profile = text_of(rq, rows, 9);
        ret->has_second_factor = true;
        ret->second_factor = pg_bool(rows, 0, 10);
}

/* ---- changing ---- */

static void check(Req *rq, const UpdateMeRequest *in)
{
        if (uuid_is_nil(&rq->context.user))
                req_fail(rq, SIGN_IN, NULL, NULL);
        if (rq->context.key)
                req_fail(rq, FORBIDDEN_KEY, NULL, NULL);
        if (in->has_away_until && in->away_until <= rq->now)
                req_fail(rq, OUT_OF_RANGE, "/away_until", req_printf(rq, "> now"));
}

/* It was sent as null. */
static bool emptied(const UpdateMeRequest *in, const char *name)
{
        const Field *field = message_field(&update_me_request_meta, str_of(name));

        for (size_t i = 0; i < in->n_changed; i++)
                if (in->changed[i] == field->number)
                        return true;
        return false;
}

static void change_away(const UpdateMeRequest *in, User *user)
{
        if (in->has_away || in->has_away_until) {
                user->has_away = true;
                user->away = in->has_away ? in->away : true;
                user->has_away_until = in->has_away_until;
                user->away_until = in->away_until;
                return;
        }
        if (emptied(in, "away"))
                user->has_away = user->away = false;
        if (emptied(in, "away_until"))
                user->has_away_until = false;
}

/* By the system: in `arg` what was asked for. */
static void change_myself(Req *rq, void *arg)
{
        const UpdateMeRequest *in = arg;
        const ModuleRuntime *module = runtime_module(rq->entity, STR("user"));
        const ProtobufCMessage *before = entity_load(rq, module, &rq->context.user, false);
        User *user = (User *)record_copy(rq->arena, &user_meta, before);

        change_away(in, user);
        if (in->lang || emptied(in, "lang"))
                user->lang = in->lang;
        if (in->phone || emptied(in, "phone"))
                user->phone = in->phone;
        (void)entity_update(rq, module, before, &user->base);
}

void identity_update_me(Req *rq, const UpdateMeRequest *in, UpdateMeReply *ret)
{
        Req inner;

        (void)ret;
        check(rq, in);
        UpdateMeRequest copy = *in;
        for (int tries = 0; tries < 2; tries++) {
                if (req_run_system(&inner, rq->arena, rq->entity, &rq->context, change_myself, &copy))
                        return;
                if (inner.problems[0].code != MSG_STALE)
                        break;
        }
        req_fail_as(rq, &inner);
}
