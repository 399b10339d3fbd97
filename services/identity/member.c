/* The rules of a member: a user stands once in a group, with a weight of 0 to 1000. */
#include "entity/record.h"
#include "people.h"

#define WEIGHT_MAX 1000

/* A race is decided by the index member_pair. */
static bool stands_there(Req *rq, const Member *member)
{
        static const char sql[] =
                "SELECT 1 FROM member WHERE member_of = $1 AND person = $2 AND id <> $3 AND deleted_at IS NULL";
        Uuid group = reference_of(member->has_member_of, member->member_of);
        Uuid person = reference_of(member->has_person, member->person);
        Uuid id = record_id(&member->base);
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, &group);
        (void)pg_arg_uuid(args, &person);
        (void)pg_arg_uuid(args, &id);
        return rows_exist(rq, sql, args);
}

static void member_before_save(Req *rq, const Change *change)
{
        const Member *member = (const Member *)change->after;

        if (member->has_weight && (member->weight < 0 || member->weight > WEIGHT_MAX))
                req_note(rq, OUT_OF_RANGE, "/weight", "0–1000");
        if ((change_has(rq, change, "member_of") || change_has(rq, change, "person")) &&
                stands_there(rq, member))
                req_note(rq, DUPLICATE, "/person", NULL);
}

const EntityHooks member_hooks = {.before_save = member_before_save};
