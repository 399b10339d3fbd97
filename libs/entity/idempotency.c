/* Idempotency keys: what one stands for, and what it has done. The rows are made by the statements of the
 * effects (sql_write.c). */
#include <sodium.h>
#include <string.h>

#include "entity/idempotency.h"
#include "entity/req.h"

void once_begin(Req *rq, const ModuleRuntime *module, const char *verb, Str in)
{
        WriteOnce *once = arena_alloc(rq->arena, sizeof *once);
        const char *key = module->module->key;
        crypto_hash_sha256_state state;

        if (!rq->context.idempotency_key)
                return;
        *once = (WriteOnce){.principal = rq->context.user, .key = str_of(rq->context.idempotency_key)};
        (void)crypto_hash_sha256_init(&state);
        (void)crypto_hash_sha256_update(&state, (const uint8_t *)verb, strlen(verb) + 1);
        (void)crypto_hash_sha256_update(&state, (const uint8_t *)key, strlen(key) + 1);
        (void)crypto_hash_sha256_update(&state, (const uint8_t *)in.p, in.len);
        (void)crypto_hash_sha256_final(&state, once->hash);
        rq->once = once;
}

static PgRows *rows_of(Req *rq, const WriteOnce *once)
{
        static const char sql[] =
                "SELECT hash, part, record, version FROM idem WHERE principal = $1 AND key = $2";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, &once->principal);
        (void)pg_arg_text(args, once->key);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        for (int row = 0; row < pg_rows(rows); row++) {
                Str hash = pg_text(rows, row, 0);
                if (hash.len != sizeof once->hash ||
                        sodium_memcmp(hash.p, once->hash, sizeof once->hash) != 0)
                        req_fail(rq, KEY_REUSED, "Idempotency-Key", NULL);
        }
        return rows;
}

bool once_done(Req *rq, const WriteOnce *once, Uuid *ret_record, int64_t *ret_version)
{
        const PgRows *rows = rows_of(rq, once);

        for (int row = 0; row < pg_rows(rows); row++)
                if (pg_int(rows, row, 1) == once->part) {
                        *ret_record = pg_uuid(rows, row, 2);
                        *ret_version = pg_int(rows, row, 3);
                        return true;
                }
        return false;
}

OnceParts once_parts(Req *rq, unsigned max)
{
        OnceParts parts = {.done = arena_array(rq->arena, max, sizeof(bool)),
                .records = arena_array(rq->arena, max, sizeof(Uuid)),
                .versions = arena_array(rq->arena, max, sizeof(int64_t))};
        const PgRows *rows = rq->once ? rows_of(rq, rq->once) : NULL;

        for (int row = 0; rows && row < pg_rows(rows); row++) {
                int64_t part = pg_int(rows, row, 1);
                if (part < 1 || part > max)
                        continue;
                parts.done[part - 1] = true;
                parts.records[part - 1] = pg_uuid(rows, row, 2);
                parts.versions[part - 1] = pg_int(rows, row, 3);
                parts.n++;
        }
        return parts;
}
