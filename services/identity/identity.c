/* The daemon identity: owns people, their passwords and sessions; answers the standard verbs of
 * identity.user, sign_in, session, sign_out; emits ev.identity.*. At its first start it makes the
 * administrator. */
#include <string.h>

#include "base/log.h"
#include "entity/write.h"
#include "identity.cauce.h"
#include "identity.h"
#include "service/service.h"

static const ConfigItem config[] = {
        {"CAUCE_ADMIN_EMAIL", CONFIG_TEXT, "", "e-mail of the administrator made at the first start"},
        {"CAUCE_ADMIN_PASSWORD", CONFIG_SECRET, "", "password of that administrator"},
        {"CAUCE_ADMIN_NAME", CONFIG_TEXT, "Administrador", "name of that administrator"},
};

static bool person_by_email(Req *rq, const char *email, Uuid *ret)
{
        static const char sql[] = "SELECT id FROM person WHERE email = $1 AND deleted_at IS NULL";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(email));
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                return false;
        *ret = pg_uuid(rows, 0, 0);
        return true;
}

static void credential_set(Req *rq, const Uuid *person, const char *password)
{
        static const char sql[] =
                "INSERT INTO credential (person, password_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING person";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, person);
        (void)pg_arg_text(args, str_of(password_hash(rq, password)));
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = "credential", .id = *person};
        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
}

static bool credential_exists(Req *rq, const Uuid *person)
{
        static const char sql[] = "SELECT 1 FROM credential WHERE person = $1";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, person);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        return pg_rows(rows) > 0;
}

/* Each step only if it is missing: a start that was cut short is completed by the next one. */
static void administrator_make(Req *rq, void *arg)
{
        const char *email = service_config(rq->entity, "CAUCE_ADMIN_EMAIL");
        const char *password = service_config(rq->entity, "CAUCE_ADMIN_PASSWORD");
        bool replayed;
        Uuid id;

        (void)arg;
        if (!person_by_email(rq, email, &id)) {
                User *user = (User *)record_new(rq->arena, &user_meta);
                id = rq->context.user;
                record_set_uuid(rq->arena, &user->id, &user->has_id, &id);
                user->name = (char *)service_config(rq->entity, "CAUCE_ADMIN_NAME");
                user->email = (char *)email;
                user->has_administrator = user->administrator = true;
                (void)entity_create(rq, runtime_module(rq->entity, STR("user")), &user->base, &replayed);
                log_info(rq->context.trace, "administrator made", KV("email", email));
        }
        if (!credential_exists(rq, &id))
                credential_set(rq, &id, password);
}

static bool prepare(Entity *entity)
{
        const char *email = service_config(entity, "CAUCE_ADMIN_EMAIL");
        CallContext context = {.user = uuid_v7()};
        Arena *arena = arena_new();
        Req rq;

        if (!email[0]) {
                (void)arena_free(arena);
                return true;
        }
        context_new_trace(&context);
        bool made = req_run(&rq, arena, entity, &context, administrator_make, NULL);
        if (!made && rq.problems[0].code == MSG_DUPLICATE)
                made = true; /* another replica was first */
        if (!made)
                log_error(context.trace, "cannot make the administrator",
                        KV("code", msg_key(rq.problems[0].code)),
                        KV("field", rq.problems[0].field ? rq.problems[0].field : ""),
                        KV("cause", rq.cause ? rq.cause : ""));
        (void)arena_free(arena);
        return made;
}

CAUCE_SERVICE(identity, .config = config, .n_config = sizeof config / sizeof config[0], .prepare = prepare);
