/* The daemon identity: owns people, how they sign in, and who may see and do what; answers the standard
 * verbs of its modules and the rpcs of proto/identity.proto; emits ev.identity.*. At its first start it makes
 * profiles and the administrator. */
#include <string.h>

#include "base/log.h"
#include "entity/write.h"
#include "identity.h"
#include "links.h"
#include "oidc.h"
#include "people.h"
#include "service/service.h"
#include "set_up.h"

static const ConfigItem config[] = {
        {"CAUCE_ADMIN_EMAIL", CONFIG_TEXT, "", "e-mail of the administrator made at the first start"},
        {"CAUCE_ADMIN_PASSWORD", CONFIG_SECRET, "", "password of that administrator"},
        {"CAUCE_ADMIN_NAME", CONFIG_TEXT, "Administrador", "name of that administrator"},
        {"CAUCE_COMPANY", CONFIG_TEXT, "Cauce", "name of the company"},
        {"CAUCE_PUBLIC_URL", CONFIG_TEXT, "",
                "address that people open: of links and of the way back from a provider"},
        {"CAUCE_SMTP", CONFIG_SECRET, "",
                "smtp://user:password@host:port or smtps://…; empty = no mail goes out"},
        {"CAUCE_MAIL_FROM", CONFIG_TEXT, "", "sender of the mail: Name <address>"},
        {"CAUCE_MAIL_CA", CONFIG_TEXT, "", "file of certificates for the mail server; empty = the system's"},
        {"CAUCE_OIDC_ISSUER", CONFIG_TEXT, "", "OpenID Connect provider; empty = none"},
        {"CAUCE_OIDC_CLIENT_ID", CONFIG_TEXT, "", "our id there"},
        {"CAUCE_OIDC_CLIENT_SECRET", CONFIG_SECRET, "", "our secret there; empty = a public client"},
        {"CAUCE_OIDC_NAME", CONFIG_TEXT, "OpenID Connect", "its name on the sign-in page"},
        {"CAUCE_OIDC_INSECURE", CONFIG_TEXT, "", "1 = http to a provider on this machine, for tests"},
        {"CAUCE_SESSION_HOURS", CONFIG_NUMBER, "12", "hours after which a session ends"},
        {"CAUCE_SESSION_IDLE_MINUTES", CONFIG_NUMBER, "120", "minutes without use after which it ends"},
};

/* Whoever has this address, inactive or not. */
static bool user_find(Req *rq, const char *email, Uuid *ret)
{
        static const char sql[] = "SELECT id FROM person WHERE email = lower($1) AND deleted_at IS NULL";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(email));
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                return false;
        *ret = pg_uuid(rows, 0, 0);
        return true;
}

/* Each step only if it is missing: a start that was cut short is completed by the next one. */
static void administrator_make(Req *rq, void *arg)
{
        const char *email = service_config(rq->entity, "CAUCE_ADMIN_EMAIL");
        const char *password = service_config(rq->entity, "CAUCE_ADMIN_PASSWORD");
        bool replayed;
        Uuid id;

        (void)arg;
        if (!user_find(rq, email, &id)) {
                User *user = (User *)record_new(rq->arena, &user_meta);
                id = rq->context.user = uuid_v7(); /* made by itself */
                record_set_uuid(rq->arena, &user->id, &user->has_id, &id);
                user->name = (char *)service_config(rq->entity, "CAUCE_ADMIN_NAME");
                user->email = (char *)email;
                user->has_administrator = user->administrator = true;
                (void)entity_create(rq, runtime_module(rq->entity, STR("user")), &user->base, &replayed);
                log_info(rq->context.trace, "administrator made", KV("email", email));
        }
        if (!password_of(rq, &id))
                (void)password_set(rq, &id, password, NULL);
}

static void profiles_make(Req *rq, void *arg)
{
        (void)arg;
        seed_profiles(rq);
}

/* One step of the first start, by the system. Another replica may have been first. */
static bool first_start(Entity *entity, const char *what, void (*step)(Req *rq, void *arg))
{
        CallContext context = {};
        Arena *arena = arena_new();
        Req rq;

        context_new_trace(&context);
        bool made = req_run_system(&rq, arena, entity, &context, step, NULL) ||
                    rq.problems[0].code == MSG_DUPLICATE;
        if (!made)
                log_error(context.trace, "first start failed", KV("step", what),
                        KV("code", msg_key(rq.problems[0].code)),
                        KV("field", rq.problems[0].field ? rq.problems[0].field : ""),
                        KV("cause", rq.cause ? rq.cause : ""));
        (void)arena_free(arena);
        return made;
}

static bool prepare(Entity *entity)
{
        bool named = service_config(entity, "CAUCE_ADMIN_EMAIL")[0];

        if (!mail_check(entity) || !oidc_check(entity) || !first_start(entity, "profiles", profiles_make))
                return false;
        if (!(named ? first_start(entity, "administrator", administrator_make)
                    : first_start(entity, "set-up", set_up_begin)))
                return false;
        sessions_sweep_start(entity);
        mail_start(entity);
        return true;
}

CAUCE_SERVICE(identity, .config = config, .n_config = sizeof config / sizeof config[0], .prepare = prepare);
