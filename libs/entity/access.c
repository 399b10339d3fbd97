/* The checks of ACCESS.md on one record and one right. */
#include "entity/access.h"
#include "entity/filter_match.h"
#include "entity/record.h"

bool access_may(Req *rq, const ModuleRuntime *module, AccessRight right)
{
        const ModuleAccess *access = principal_access(rq, module);

        return !access || (access->rights & right) == right;
}

void access_check(Req *rq, const ModuleRuntime *module, AccessRight right)
{
        if (!access_may(rq, module, right))
                req_fail(rq, FORBIDDEN, NULL, NULL);
}

void access_administrator(Req *rq)
{
        const Principal *principal = principal_of(rq);

        if (principal && (!principal->administrator || principal->key != AUTHZ_NONE))
                req_fail(rq, ADMINISTRATORS, NULL, NULL);
}

/* ---- records ---- */

static bool among(const Uuid *ids, unsigned n, protobuf_c_boolean has, ProtobufCBinaryData data)
{
        unsigned low = 0, high = has && data.len == sizeof *ids ? n : 0;

        while (low < high) {
                unsigned middle = low + (high - low) / 2;
                int order = uuid_compare((const Uuid *)(const void *)data.data, &ids[middle]);
                if (order == 0)
                        return true;
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return false;
}

static bool owned(const RecordHead *head, const Uuid *ids, unsigned n)
{
        return among(ids, n, head->has_owner, head->owner) ||
               among(ids, n, head->has_assigned_to, head->assigned_to);
}

bool access_rule_holds(
        Req *rq, const ModuleAccess *access, const AccessRule *rule, const ProtobufCMessage *record)
{
        return (rule->everybody || owned(record_head(record), rule->owners, rule->n)) &&
               filter_match(rq->arena, rq->entity, access->module, rule->filter, rq->now, record);
}

bool access_predicate(Req *rq, const ModuleAccess *access, const ProtobufCMessage *record, bool change)
{
        const RecordHead *head = record_head(record);

        if (change ? access->change_all : access->see_all)
                return true;
        if (change ? owned(head, access->change, access->n_change) : owned(head, access->see, access->n_see))
                return true;
        for (unsigned i = 0; i < access->n_rules; i++)
                if ((!change || access->rules[i].change) &&
                        access_rule_holds(rq, access, &access->rules[i], record))
                        return true;
        return false;
}

bool access_sees(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        const ModuleAccess *access = principal_access(rq, module);

        return !access || (access->rights & ACCESS_SEE && access_predicate(rq, access, record, false));
}

void access_check_record(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record, AccessRight right)
{
        const ModuleAccess *access = principal_access(rq, module);
        bool changes = (right & (ACCESS_CHANGE | ACCESS_DELETE)) != 0;

        if (!access)
                return;
        if (!(access->rights & ACCESS_SEE) || !access_predicate(rq, access, record, false))
                req_fail(rq, NOT_FOUND, NULL, NULL);
        if ((access->rights & right) != right || (changes && !access_predicate(rq, access, record, true)))
                req_fail(rq, FORBIDDEN, NULL, NULL);
}
