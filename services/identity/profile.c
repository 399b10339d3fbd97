/* The rules of a profile: it grants and withholds what there is, and nobody has one that goes. */
#include "entity/record.h"
#include "people.h"

static void profile_before_save(Req *rq, const Change *change)
{
        Profile *profile = (Profile *)change->after;
        const Profile *was = (const Profile *)change->before;
        TextsBefore grants = {was ? was->n_grants : 0, was ? was->grants : NULL};
        TextsBefore denials = {was ? was->n_denials : 0, was ? was->denials : NULL};

        if (change_has(rq, change, "grants"))
                texts_check(rq, "/grants", &profile->n_grants, profile->grants, &grants, grant_valid,
                        MSG_BAD_GRANT);
        if (change_has(rq, change, "denials"))
                texts_check(rq, "/denials", &profile->n_denials, profile->denials, &denials, denial_valid,
                        MSG_BAD_DENIAL);
}

static void profile_before_delete(Req *rq, const ProtobufCMessage *record)
{
        static const char sql[] = "SELECT 1 FROM person WHERE profile = $1 AND deleted_at IS NULL LIMIT 1";
        PgArgs *args = pg_args(rq->arena);
        Uuid id = record_id(record);

        (void)pg_arg_uuid(args, &id);
        if (rows_exist(rq, sql, args))
                req_fail(rq, PROFILE_IN_USE, NULL, NULL);
}

const EntityHooks profile_hooks = {
        .before_save = profile_before_save, .before_delete = profile_before_delete};
