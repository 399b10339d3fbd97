/* Passwords: argon2id by libsodium, off the loop. */
#include <sodium.h>
#include <string.h>

#include "identity.h"

/* OWASP's second profile: 19 MiB, two passes. */
#define OPS_LIMIT 2
#define MEM_LIMIT (19 * 1024 * 1024)

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
