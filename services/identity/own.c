/* Reading and writing identity's own tables, and sealing what must not be read in them. Owns, answers, emits
 * nothing. */
#include <sodium.h>
#include <string.h>

#include "own.h"
#include "service/service.h"

PgRows *own_read(Req *rq, const char *sql, const PgArgs *args)
{
        PgRows *rows;

        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        return rows;
}

PgRows *own_write(Req *rq, const char *sql, const PgArgs *args, const char *table, const Uuid *id)
{
        const PgWrite write = {.stmt = {.sql = sql, .args = args}, .table = table, .id = *id};
        PgRows *rows;

        req_pg(rq, pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows));
        return rows;
}

Uuid own_id(const uint8_t hash[static 16])
{
        Uuid id;

        memcpy(id.b, hash, sizeof id.b);
        return id;
}

Str seal(Req *rq, const char *purpose, const void *data, size_t len)
{
        size_t size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + len;
        uint8_t *out = arena_alloc(rq->arena, size), key[SERVICE_KEY];

        service_key(rq->entity, purpose, key);
        randombytes_buf(out, crypto_secretbox_NONCEBYTES);
        (void)crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, data, len, out, key);
        sodium_memzero(key, sizeof key);
        return (Str){(const char *)out, size};
}

bool unseal(Req *rq, const char *purpose, Str sealed, Str *ret)
{
        const size_t over = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
        const uint8_t *in = (const uint8_t *)sealed.p;
        uint8_t key[SERVICE_KEY];

        if (sealed.len < over)
                return false;
        char *out = arena_alloc(rq->arena, sealed.len - over + 1);
        service_key(rq->entity, purpose, key);
        bool good = crypto_secretbox_open_easy((uint8_t *)out, in + crypto_secretbox_NONCEBYTES,
                            sealed.len - crypto_secretbox_NONCEBYTES, in, key) == 0;
        sodium_memzero(key, sizeof key);
        if (good)
                *ret = (Str){out, sealed.len - over};
        return good;
}
