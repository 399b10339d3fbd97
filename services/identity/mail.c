/* Mail that goes out: owns table mail_out and the task that sends it. A row is claimed by moving its due_at,
 * FOR UPDATE SKIP LOCKED, so that two replicas never send one at the same time; it goes when the server has
 * taken the message, or after a day. */
#include <curl/curl.h>
#include <string.h>

#include "base/log.h"
#include "links.h"
#include "own.h"
#include "service/service.h"

#define SEAL_PURPOSE "mail"
#define POLL_US      INT64_C(1000000)
#define CLAIM_US     INT64_C(120000000) /* longer than a sending may take */
#define MINUTE_US    INT64_C(60000000)
#define DAY_US       (INT64_C(1440) * MINUTE_US)

/* ---- settings ---- */

bool mail_on(const Entity *entity)
{
        return service_config(entity, "CAUCE_SMTP")[0] != '\0';
}

bool mail_check(Entity *entity)
{
        Arena *arena = arena_new();
        const char *wrong = NULL;

        if (!mail_on(entity)) {
                (void)arena_free(arena);
                return true;
        }
        if (!smtp_url_valid(service_config(entity, "CAUCE_SMTP")))
                wrong = "CAUCE_SMTP is not smtp://… or smtps://…";
        else if (!letter_address(arena, service_config(entity, "CAUCE_MAIL_FROM")))
                wrong = "CAUCE_MAIL_FROM holds no address";
        else if (!service_config(entity, "CAUCE_PUBLIC_URL")[0])
                wrong = "CAUCE_PUBLIC_URL is empty";
        if (wrong)
                log_error(NULL, "mail cannot go out", KV("reason", wrong));
        (void)arena_free(arena);
        return !wrong;
}

/* ---- the queue ---- */

void mail_queue_invite(Req *rq, const Uuid *person, const char *token)
{
        static const char sql[] =
                "WITH d AS (DELETE FROM mail_out WHERE person = $2) "
                "INSERT INTO mail_out (id, person, purpose, lang, token) VALUES ($1, $2, 'invite', $3, $4)";
        Str sealed = seal(rq, SEAL_PURPOSE, token, strlen(token));
        PgArgs *args = pg_args(rq->arena);
        Uuid id = uuid_v7();

        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_uuid(args, person);
        (void)pg_arg_text(args, str_of(lang_tag(rq->context.lang)));
        (void)pg_arg_bytea(args, sealed.p, sealed.len);
        (void)own_write(rq, sql, args, "mail_out", &id);
}

void mail_queue_reset(Req *rq, const char *email, const char *address)
{
        static const char sql[] =
                "WITH d AS (DELETE FROM mail_out WHERE email = $2) "
                "INSERT INTO mail_out (id, email, purpose, lang, address) VALUES ($1, $2, 'reset', $3, $4)";
        PgArgs *args = pg_args(rq->arena);
        Uuid id = uuid_v7();

        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_text(args, str_of(email));
        (void)pg_arg_text(args, str_of(lang_tag(rq->context.lang)));
        (void)pg_arg_text(args, str_of(address));
        (void)own_write(rq, sql, args, "mail_out", &id);
}

typedef struct Queued {
        Uuid id;
        LinkPurpose purpose;
        Str lang, sealed; /* lang: where the person has chosen none; sealed: p = NULL: no token yet */
        int64_t created_at, tries;
        bool known; /* an active person is meant */
        Uuid person;
        const char *name, *to;       /* of the person; NULL = nobody is meant */
        const char *email, *address; /* as it was asked for; NULL = it was not */
} Queued;

static const char *text_or_null(const PgRows *rows, int column)
{
        return pg_null(rows, 0, column) ? NULL : pg_text(rows, 0, column).p;
}

/* Takes the one that has waited longest; another replica leaves it alone for CLAIM_US. The person as they are
 * now: gone, inactive or unknown people get nothing. */
static bool mail_claim(Req *rq, Queued *ret)
{
        static const char due[] = "SELECT 1 FROM mail_out WHERE due_at <= now() LIMIT 1";
        static const char sql[] =
                "WITH m AS (UPDATE mail_out SET tries = tries + 1, due_at = $1 WHERE id = "
                "(SELECT id FROM mail_out WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) "
                "RETURNING id, person, email, purpose, lang, token, created_at, tries, address) "
                "SELECT m.id, m.purpose, coalesce(p.lang, m.lang), m.token, m.created_at, m.tries, p.id, p.label, p.email, "
                "m.email, m.address FROM m LEFT JOIN person p ON (p.id = m.person OR p.email = m.email) "
                "AND p.deleted_at IS NULL AND p.inactive IS NOT TRUE";
        PgArgs *args = pg_args(rq->arena);
        Uuid any = {};

        if (pg_rows(own_read(rq, due, NULL)) == 0)
                return false;
        (void)pg_arg_timestamptz(args, rq->now + CLAIM_US);
        const PgRows *rows = own_write(rq, sql, args, "mail_out", &any);
        if (pg_rows(rows) == 0)
                return false;
        *ret = (Queued){.id = pg_uuid(rows, 0, 0),
                .purpose = link_purpose(pg_text(rows, 0, 1)),
                .lang = pg_text(rows, 0, 2),
                .sealed = pg_null(rows, 0, 3) ? (Str){} : pg_text(rows, 0, 3),
                .created_at = pg_timestamptz(rows, 0, 4),
                .tries = pg_int(rows, 0, 5),
                .known = !pg_null(rows, 0, 6),
                .person = pg_uuid(rows, 0, 6),
                .name = text_or_null(rows, 7),
                .to = text_or_null(rows, 8),
                .email = text_or_null(rows, 9),
                .address = text_or_null(rows, 10)};
        return true;
}

static void mail_done(Req *rq, const Queued *mail)
{
        static const char sql[] = "DELETE FROM mail_out WHERE id = $1";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, &mail->id);
        (void)own_write(rq, sql, args, "mail_out", &mail->id);
}

/* After 1, 5 and then every 30 minutes. */
static void mail_again(Req *rq, const Queued *mail)
{
        static const char sql[] = "UPDATE mail_out SET due_at = $2 WHERE id = $1";
        static const int64_t minutes[] = {1, 5, 30};
        int64_t at = mail->tries < 3 ? mail->tries - 1 : 2;
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, &mail->id);
        (void)pg_arg_timestamptz(args, clock_realtime() + minutes[at < 0 ? 0 : at] * MINUTE_US);
        (void)own_write(rq, sql, args, "mail_out", &mail->id);
}

/* ---- sending ---- */

typedef struct Sending {
        const char *url, *ca;
        Letter letter;
        int result;
        char error[SMTP_ERROR];
} Sending;

static void send_blocking(void *arg)
{
        Sending *it = arg;

        it->result = smtp_send(it->url, it->ca, &it->letter, it->error);
}

/* NULL: the link that it should carry cannot be made any more. */
static const char *token_of(Req *rq, const Queued *mail)
{
        int64_t expires_at;
        Str token;

        if (mail->purpose == LINK_RESET)
                return link_make(rq, &mail->person, LINK_RESET, &expires_at);
        return mail->sealed.p && unseal(rq, SEAL_PURPOSE, mail->sealed, &token) ? token.p : NULL;
}

static void log_asked(Req *rq, const Queued *mail)
{
        const AccessEntry entry = {.event = "link_asked",
                .person = mail->known ? &mail->person : NULL,
                .email = mail->email,
                .method = "link",
                .address = mail->address};

        if (mail->email && mail->tries == 1)
                access_log(rq, &entry);
}

static Letter letter_of(Req *rq, const Queued *mail, const char *token)
{
        char id[UUID_TEXT + 1];

        uuid_format(&mail->id, id);
        const LetterParts parts = {.purpose = mail->purpose,
                .lang = mail->lang,
                .name = mail->name,
                .to = mail->to,
                .from = service_config(rq->entity, "CAUCE_MAIL_FROM"),
                .company = service_config(rq->entity, "CAUCE_COMPANY"),
                .url = req_printf(rq, "%s/enlace/%s", service_config(rq->entity, "CAUCE_PUBLIC_URL"), token),
                .id = req_printf(rq, "%s.%lld", id, (long long)mail->tries),
                .now = rq->now};

        return letter_make(rq->arena, &parts);
}

static void mail_send(Req *rq, const Queued *mail, const char *token)
{
        Sending *it = arena_alloc(rq->arena, sizeof *it);

        *it = (Sending){.url = service_config(rq->entity, "CAUCE_SMTP"),
                .ca = service_config(rq->entity, "CAUCE_MAIL_CA"),
                .letter = letter_of(rq, mail, token)};
        loop_offload(rq->entity->loop, send_blocking, it);
        const char *purpose = link_purpose_name(mail->purpose);
        if (it->result == 0) {
                mail_done(rq, mail);
                log_info(rq->context.trace, "mail sent", KV("purpose", purpose), KV("tries", mail->tries));
                return;
        }
        bool over = rq->now - mail->created_at > DAY_US;
        (over ? mail_done : mail_again)(rq, mail);
        log_warn(rq->context.trace, over ? "mail given up" : "mail not sent", KV("purpose", purpose),
                KV("tries", mail->tries), KV("status", (int64_t)it->result),
                KV("error", (const char *)it->error));
}

/* One of the queue; *arg becomes true when there was one. */
static void mail_next(Req *rq, void *arg)
{
        bool *found = arg;
        Queued mail;

        *found = mail_claim(rq, &mail);
        if (!*found)
                return;
        log_asked(rq, &mail);
        const char *token = mail.known && mail.to ? token_of(rq, &mail) : NULL;
        if (token)
                mail_send(rq, &mail, token);
        else
                mail_done(rq, &mail);
}

static void mail_task(void *arg)
{
        Entity *entity = arg;

        while (!entity->stopping) {
                CallContext context = {.deadline = clock_realtime() + CLAIM_US};
                Arena *arena = arena_new();
                bool found = false;
                Req rq;

                context_new_trace(&context);
                if (!req_run_system(&rq, arena, entity, &context, mail_next, &found)) {
                        found = false;
                        log_warn(context.trace, "mail interrupted", KV("code", msg_key(rq.problems[0].code)),
                                KV("cause", rq.cause ? rq.cause : ""));
                }
                (void)arena_free(arena);
                if (!found && !entity->stopping)
                        task_sleep(POLL_US);
        }
}

void mail_start(Entity *entity)
{
        if (!mail_on(entity))
                return;
        (void)curl_global_init(CURL_GLOBAL_DEFAULT);
        if (task_spawn(entity->loop, mail_task, entity, NULL) != 0)
                log_error(NULL, "mail cannot go out", KV("reason", "no task"));
}
