/* The first administrator of an installation that names none: owns table set_up; answers set_up. A code is
 * made at a start that finds nobody with a password, and told in the log; who knows it makes the
 * administrator, whose id stands beside it, so that two at once make one. */
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "entity/record.h"
#include "entity/write.h"
#include "own.h"
#include "service/service.h"
#include "set_up.h"

#define CODE_BYTES 16
#define AGAIN_US   (INT64_C(60) * 1000000) /* replicas that start together tell one code */

bool set_up_open(Req *rq)
{
        static const char sql[] = "SELECT 1 FROM credential LIMIT 1";

        return !service_config(rq->entity, "CAUCE_ADMIN_EMAIL")[0] && pg_rows(own_read(rq, sql, NULL)) == 0;
}

void set_up_begin(Req *rq, void *arg)
{
        static const char sql[] =
                "INSERT INTO set_up (code_hash, made_at, person) VALUES ($1, $2, $3) ON CONFLICT (single) DO UPDATE "
                "SET code_hash = excluded.code_hash, made_at = excluded.made_at WHERE set_up.made_at < $4 RETURNING made_at";
        uint8_t bytes[CODE_BYTES], hash[TOKEN_HASH];
        char code[sodium_base64_ENCODED_LEN(CODE_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
        PgArgs *args = pg_args(rq->arena);
        Uuid person = uuid_v7();

        (void)arg;
        if (!set_up_open(rq))
                return;
        randombytes_buf(bytes, sizeof bytes);
        (void)sodium_bin2base64(
                code, sizeof code, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        token_hash(code, hash);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        (void)pg_arg_timestamptz(args, rq->now);
        (void)pg_arg_uuid(args, &person);
        (void)pg_arg_timestamptz(args, rq->now - AGAIN_US);
        if (pg_rows(own_write(rq, sql, args, "set_up", &(Uuid){})) > 0)
                log_warn(rq->context.trace, "nobody is there yet: set up with this code",
                        KV("code", (const char *)code));
        else
                log_warn(rq->context.trace,
                        "nobody is there yet: the code of a minute ago is good, here or in another replica's log");
}

typedef struct FirstUser {
        const SetUpRequest *in;
        Uuid id;
} FirstUser;

/* Whose code it is: the id of the administrator to be. */
static bool code_find(Req *rq, const char *code, Uuid *ret)
{
        static const char sql[] = "SELECT person FROM set_up WHERE code_hash = $1";
        uint8_t hash[TOKEN_HASH];
        PgArgs *args = pg_args(rq->arena);

        token_hash(code, hash);
        (void)pg_arg_bytea(args, hash, sizeof hash);
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) > 0)
                *ret = pg_uuid(rows, 0, 0);
        return pg_rows(rows) > 0;
}

static void user_make(Req *rq, void *arg)
{
        FirstUser *first = arg;
        User *user = (User *)record_new(rq->arena, &user_meta);
        bool replayed;

        record_set_uuid(rq->arena, &user->id, &user->has_id, &first->id);
        user->name = first->in->name;
        user->email = first->in->email;
        user->has_administrator = user->administrator = true;
        (void)entity_create(rq, runtime_module(rq->entity, STR("user")), &user->base, &replayed);
}

/* Makes the user unless it is there: of a set-up that was cut short, or is under way elsewhere. */
static void user_need(Req *rq, FirstUser *first)
{
        CallContext context = rq->context;
        Req inner;

        context.user = first->id; /* made by itself */
        context.idempotency_key = NULL;
        if (!req_run_system(&inner, rq->arena, rq->entity, &context, user_make, first) &&
                inner.problems[0].code != MSG_DUPLICATE)
                req_fail_as(rq, &inner);
}

/* False: the person has a password already, or another address than this. */
static bool first_password(Req *rq, const FirstUser *first, const char *hash)
{
        static const char sql[] =
                "INSERT INTO credential (person, password_hash, changed_at) SELECT id, $3, $4 FROM person "
                "WHERE id = $1 AND email = lower($2) ON CONFLICT DO NOTHING RETURNING person";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, &first->id);
        (void)pg_arg_text(args, str_trim(str_of(first->in->email)));
        (void)pg_arg_text(args, str_of(hash));
        (void)pg_arg_timestamptz(args, rq->now);
        return pg_rows(own_write(rq, sql, args, "credential", &first->id)) > 0;
}

static void required(Req *rq, const char *text, const char *field)
{
        if (!text || !text[0])
                req_note(rq, REQUIRED, field, NULL);
}

void identity_set_up(Req *rq, const SetUpRequest *in, SetUpReply *ret)
{
        FirstUser first = {.in = in};

        (void)ret;
        if (!set_up_open(rq))
                req_fail(rq, SET_UP_DONE, NULL, NULL);
        required(rq, in->code, "/code");
        required(rq, in->name, "/name");
        required(rq, in->email, "/email");
        required(rq, in->password, "/password");
        req_check(rq);
        if (!code_find(rq, in->code, &first.id))
                req_fail(rq, WRONG_CODE, "/code", NULL);
        password_check(rq, "/password", in->password, in->email, in->name);
        req_check(rq);
        password_need_room(rq, NULL);
        const char *hash = password_hash(rq, in->password);
        user_need(rq, &first);
        if (!first_password(rq, &first, hash))
                req_fail(rq, SET_UP_DONE, NULL, NULL);
        access_log(rq, &(AccessEntry){.event = "password_changed",
                               .person = &first.id,
                               .email = in->email,
                               .method = "link"});
        log_info(rq->context.trace, "administrator made", KV("by", "set-up"));
}
