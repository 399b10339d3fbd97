/* Passwords: owns table credential; argon2id by libsodium, off the loop. The rules of a new password are in
 * password_rules.c. */
#include <sodium.h>
#include <string.h>

#include "identity.h"
#include "own.h"

/* OWASP's second profile: 19 MiB, two passes. What was made with less is made anew at the next sign-in. */
#define OPS_LIMIT 2
#define MEM_LIMIT (19 * 1024 * 1024)
/* Waiting for one of the helper threads: about half a second. */
#define WAITING_MAX 24

typedef struct Work {
        const char *password;
        char hash[crypto_pwhash_STRBYTES];
        int result;
} Work;

static void work_hash(void *arg)
{
        Work *work = arg;

        work->result = crypto_pwhash_str_alg(work->hash, work->password, strlen(work->password), OPS_LIMIT,
                MEM_LIMIT, crypto_pwhash_ALG_ARGON2ID13);
}

static void work_verify(void *arg)
{
        Work *work = arg;

        work->result = crypto_pwhash_str_verify(work->hash, work->password, strlen(work->password));
}

bool password_room(const Req *rq)
{
        return loop_offload_waiting(rq->entity->loop) < WAITING_MAX;
}

void password_need_room(Req *rq, const Guess *guess)
{
        if (password_room(rq))
                return;
        if (guess)
                guess_undo(rq, guess);
        req_fail(rq, BUSY, NULL, NULL);
}

const char *password_hash(Req *rq, const char *password)
{
        Work *work = arena_alloc(rq->arena, sizeof *work);

        work->password = password;
        loop_offload(rq->entity->loop, work_hash, work);
        if (work->result != 0)
                req_fault(rq, -1, "argon2id is out of memory");
        return work->hash;
}

bool password_verify(Req *rq, const char *hash, const char *password)
{
        Work *work = arena_alloc(rq->arena, sizeof *work);

        work->password = password;
        if (!hash || strlen(hash) >= sizeof work->hash) {
                loop_offload(rq->entity->loop, work_hash, work); /* as long as a verification */
                return false;
        }
        memcpy(work->hash, hash, strlen(hash) + 1);
        loop_offload(rq->entity->loop, work_verify, work);
        return work->result == 0;
}

const char *password_of(Req *rq, const Uuid *person)
{
        static const char sql[] = "SELECT password_hash FROM credential WHERE person = $1";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        const PgRows *rows = own_read(rq, sql, args);
        return pg_rows(rows) > 0 ? pg_text(rows, 0, 0).p : NULL;
}

bool password_set(Req *rq, const Uuid *person, const char *password, const char *former)
{
        static const char put[] =
                "INSERT INTO credential (person, password_hash, changed_at) VALUES ($1, $2, $3) "
                "ON CONFLICT (person) DO UPDATE SET password_hash = $2, changed_at = $3 RETURNING person";
        static const char replace[] = "UPDATE credential SET password_hash = $2, changed_at = $3 "
                                      "WHERE person = $1 AND password_hash = $4 RETURNING person";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, person);
        (void)pg_arg_text(args, str_of(password_hash(rq, password)));
        (void)pg_arg_timestamptz(args, rq->now);
        if (former)
                (void)pg_arg_text(args, str_of(former));
        return pg_rows(own_write(rq, former ? replace : put, args, "credential", person)) > 0;
}

void password_refresh(Req *rq, const Person *person, const char *password)
{
        if (password_room(rq) && crypto_pwhash_str_needs_rehash(person->password_hash, OPS_LIMIT, MEM_LIMIT))
                (void)password_set(rq, &person->id, password, person->password_hash);
}
