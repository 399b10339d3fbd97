/* The rules of a role: the tree has no cycle, and nothing hangs below a role that goes. */
#include "entity/record.h"
#include "people.h"

/* `role` is `parent` or above it. */
static bool is_above(Req *rq, const Uuid *role, const Uuid *parent)
{
        static const char sql[] =
                "WITH RECURSIVE up AS (SELECT id, parent FROM role WHERE id = $1 "
                "UNION SELECT r.id, r.parent FROM role r JOIN up ON r.id = up.parent WHERE r.deleted_at IS NULL) "
                "SELECT 1 FROM up WHERE id = $2";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, parent);
        (void)pg_arg_uuid(args, role);
        return rows_exist(rq, sql, args);
}

static void role_before_save(Req *rq, const Change *change)
{
        const Role *role = (const Role *)change->after;
        Uuid id = record_id(change->after), parent = reference_of(role->has_parent, role->parent);

        if (uuid_is_nil(&parent) || !change_has(rq, change, "parent"))
                return;
        if (uuid_compare(&id, &parent) == 0 || (change->before && is_above(rq, &id, &parent)))
                req_note(rq, ROLE_CYCLE, "/parent", NULL);
}

static void role_before_delete(Req *rq, const ProtobufCMessage *record)
{
        static const char sql[] =
                "SELECT 1 FROM person WHERE role = $1 AND deleted_at IS NULL "
                "UNION ALL SELECT 1 FROM role WHERE parent = $1 AND deleted_at IS NULL LIMIT 1";
        PgArgs *args = pg_args(rq->arena);
        Uuid id = record_id(record);

        (void)pg_arg_uuid(args, &id);
        if (rows_exist(rq, sql, args))
                req_fail(rq, ROLE_IN_USE, NULL, NULL);
}

const EntityHooks role_hooks = {.before_save = role_before_save, .before_delete = role_before_delete};
