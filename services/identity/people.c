/* What the rules of people, roles, profiles and keys share (people.h). */
#include <string.h>

#include "entity/authz.h"
#include "people.h"

bool rows_exist(Req *rq, const char *sql, const PgArgs *args)
{
        PgRows *rows;

        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        return pg_rows(rows) > 0;
}

Uuid reference_of(protobuf_c_boolean has, ProtobufCBinaryData data)
{
        Uuid id = {};

        if (has && data.len == sizeof id)
                memcpy(&id, data.data, sizeof id);
        return id;
}

bool asks_administrator(Req *rq)
{
        const Authz *authz = authz_of(rq);
        uint32_t user = authz_user(authz, &rq->context.user);

        return !rq->context.key && user != AUTHZ_NONE && authz->users[user].administrator &&
               !authz->users[user].inactive;
}
