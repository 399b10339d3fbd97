/* Answers visible and explain: which records somebody sees, and why a record may or may not be seen, changed
 * and deleted. */
#include <stdlib.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/principals.h"
#include "entity/record.h"
#include "entity/write.h"

#define IDS_MAX     1000
#define REASONS_MAX 80

/* ---- visible ---- */

/* What the predicate looks at: conditions may name any field. */
static unsigned fields_looked_at(
        Arena *arena, const ModuleAccess *access, const Module *module, const Field *const **ret)
{
        static const uint32_t tags[] = {TAG_ID, TAG_OWNER, TAG_ASSIGNED_TO};
        const Field **fields = arena_array(arena, sizeof tags / sizeof tags[0], sizeof *fields);

        if (access && access->n_rules > 0 && !access->see_all) {
                *ret = access->module->columns;
                return access->module->n_columns;
        }
        for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
                fields[i] = message_field_tag(module->message, tags[i]);
        *ret = fields;
        return sizeof tags / sizeof tags[0];
}

static PgRows *rows_of(Req *rq, const ModuleRuntime *module, const Uuid *ids, unsigned n_ids,
        const Field *const *fields, unsigned n)
{
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid_array(args, ids, n_ids);
        for (unsigned i = 0; i < n; i++)
                strbuf_printf(&sql, "%s%s", i ? ", " : "SELECT ", fields[i]->name);
        strbuf_printf(&sql, " FROM %s WHERE id = ANY($1)", module->module->table);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        return rows;
}

unsigned access_seen(Req *rq, const ModuleRuntime *module, const Uuid *ids, unsigned n_ids, const Uuid **ret)
{
        const ModuleAccess *access = principal_access(rq, module);
        const Field *const *fields;
        unsigned n_seen = 0;

        if (n_ids == 0 || (access && !(access->rights & ACCESS_SEE)))
                return 0;
        unsigned n = fields_looked_at(rq->arena, access, module->module, &fields);
        PgRows *rows = rows_of(rq, module, ids, n_ids, fields, n);
        Uuid *seen = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *seen);
        for (int row = 0; row < pg_rows(rows); row++) {
                const ProtobufCMessage *record =
                        record_row(rq->arena, module->module, fields, n, rows, row, 0);
                if (!access || access_predicate(rq, access, record, false))
                        seen[n_seen++] = record_id(record);
        }
        qsort(seen, n_seen, sizeof *seen, uuid_order);
        *ret = seen;
        return n_seen;
}

void access_visible(
        Req *rq, const ModuleRuntime *module, const Cauce__VisibleRequest *in, Cauce__VisibleReply *ret)
{
        Uuid *ids = arena_array(rq->arena, in->n_ids + 1, sizeof *ids);
        const Uuid *seen = NULL;
        unsigned n_ids = 0;

        if (in->n_ids > IDS_MAX)
                req_fail(rq, OUT_OF_RANGE, "/ids", "1000");
        for (size_t i = 0; i < in->n_ids; i++)
                if (in->ids[i].len == sizeof *ids)
                        memcpy(&ids[n_ids++], in->ids[i].data, sizeof *ids);
        unsigned n = access_seen(rq, module, ids, n_ids, &seen);
        ret->ids = arena_array(rq->arena, n + 1, sizeof *ret->ids);
        for (unsigned i = 0; i < n; i++)
                ret->ids[ret->n_ids++] = (ProtobufCBinaryData){sizeof *seen, (uint8_t *)(uintptr_t)&seen[i]};
}

/* ---- explain ---- */

typedef struct Explanation {
        Req *rq;
        const ModuleRuntime *module;
        const Authz *authz;
        uint32_t user, key;
        const ModuleAccess *access;
        const ProtobufCMessage *record;
        Cauce__ExplainReply *reply;
} Explanation;

/* NULL when there is no room for it. */
static Cauce__Reason *because(Explanation *why, bool allows, MsgCode code, const char *arg, const char *more)
{
        Cauce__Reason *reason = arena_alloc(why->rq->arena, sizeof *reason);

        if (why->reply->n_reasons == REASONS_MAX)
                return NULL;
        cauce__reason__init(reason);
        reason->code = (char *)msg_key(code);
        reason->has_allows = true;
        reason->allows = allows;
        reason->args = arena_array(why->rq->arena, 2, sizeof *reason->args);
        if (arg)
                reason->args[reason->n_args++] = (char *)arg;
        if (more)
                reason->args[reason->n_args++] = (char *)more;
        why->reply->reasons[why->reply->n_reasons++] = reason;
        return reason;
}

/* What the reason comes from, for whoever goes there; `id`: NULL = no record in particular. */
static void comes_from(Cauce__Reason *reason, const char *module, const Uuid *id)
{
        if (!reason)
                return;
        reason->module = (char *)module;
        if (!id)
                return;
        reason->has_record = true;
        reason->record = (ProtobufCBinaryData){sizeof *id, (uint8_t *)(uintptr_t)id};
}

static const Uuid *person_id(const Explanation *why)
{
        return &why->authz->users[why->user].id;
}

static const Uuid *role_id(const Explanation *why)
{
        uint32_t role = why->authz->users[why->user].role;

        return role == AUTHZ_NONE ? NULL : &why->authz->roles[role].id;
}

static void flags_say(Explanation *why, const char *plural)
{
        uint32_t flags = why->module->module->flags;

        if (flags & MODULE_ADMINISTRATORS && !why->authz->users[why->user].administrator)
                because(why, false, MSG_WHY_ADMINISTRATORS, plural, NULL);
        if (flags & MODULE_BY_SYSTEM)
                because(why, false, MSG_WHY_BY_SYSTEM, plural, NULL);
        if (flags & MODULE_KEPT)
                because(why, false, MSG_WHY_KEPT, plural, NULL);
}

static void profile_says(Explanation *why, const char *plural)
{
        static const struct {
                AccessRight right;
                MsgCode code;
        } rights[] = {
                {ACCESS_SEE, MSG_WHY_NO_SEE},
                {ACCESS_CHANGE, MSG_WHY_NO_CHANGE},
                {ACCESS_DELETE, MSG_WHY_NO_DELETE},
        };
        uint32_t index = why->authz->users[why->user].profile;

        if (index == AUTHZ_NONE) {
                comes_from(
                        because(why, false, MSG_WHY_NO_PROFILE, NULL, NULL), "identity.user", person_id(why));
                return;
        }
        const AuthzProfile *profile = &why->authz->profiles[index];
        for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
                if (!profile_grants(profile, why->module->module, rights[i].right))
                        comes_from(because(why, false, rights[i].code, profile->label, plural),
                                "identity.profile", &profile->id);
}

static void rights_say(Explanation *why)
{
        const AuthzUser *user = &why->authz->users[why->user];
        const char *plural = label_in(&why->module->module->plural, why->rq->context.lang);

        if (user->inactive)
                comes_from(
                        because(why, false, MSG_WHY_INACTIVE, NULL, NULL), "identity.user", person_id(why));
        if (user->administrator)
                comes_from(because(why, true, MSG_WHY_ADMINISTRATOR, NULL, NULL), "identity.user",
                        person_id(why));
        else
                profile_says(why, plural);
        flags_say(why, plural);
        if (why->key == AUTHZ_NONE)
                return;
        if (!(why->access->rights & ACCESS_CHANGE))
                because(why, false, MSG_WHY_KEY_CHANGE, plural, NULL);
        if (!(why->access->rights & ACCESS_DELETE))
                because(why, false, MSG_WHY_KEY_DELETE, plural, NULL);
}

static uint32_t person_in(const Authz *authz, protobuf_c_boolean has, ProtobufCBinaryData data)
{
        Uuid id;

        if (!has || data.len != sizeof id)
                return AUTHZ_NONE;
        memcpy(&id, data.data, sizeof id);
        return authz_user(authz, &id);
}

/* Points 1 and 2 of ACCESS.md. True when it is seen by one of them. */
static bool tree_says(Explanation *why)
{
        const RecordHead *head = record_head(why->record);
        uint32_t owner = person_in(why->authz, head->has_owner, head->owner);
        uint32_t assigned = person_in(why->authz, head->has_assigned_to, head->assigned_to);
        bool above = (owner != AUTHZ_NONE && authz_is_below(why->authz, owner, why->user)) ||
                     (assigned != AUTHZ_NONE && authz_is_below(why->authz, assigned, why->user));

        if (owner == why->user)
                because(why, true, MSG_WHY_OWNER, NULL, NULL);
        if (assigned == why->user)
                because(why, true, MSG_WHY_ASSIGNED, NULL, NULL);
        if (owner != why->user && assigned != why->user)
                because(why, false, MSG_WHY_NOT_OWNER, NULL, NULL);
        comes_from(because(why, above, above ? MSG_WHY_ABOVE : MSG_WHY_NOT_ABOVE, NULL, NULL),
                "identity.role", role_id(why));
        return owner == why->user || assigned == why->user || above;
}

static bool from_gives(const Explanation *why, const AuthzRule *rule)
{
        const RecordHead *head = record_head(why->record);
        uint32_t owner = person_in(why->authz, head->has_owner, head->owner);
        uint32_t assigned = person_in(why->authz, head->has_assigned_to, head->assigned_to);

        return rule->from.kind == PARTY_EVERYBODY ||
               (owner != AUTHZ_NONE && authz_in_party(why->authz, &rule->from, owner)) ||
               (assigned != AUTHZ_NONE && authz_in_party(why->authz, &rule->from, assigned));
}

static const AccessRule *worked_out(const ModuleAccess *access, const AuthzRule *rule)
{
        for (unsigned i = 0; i < access->n_rules; i++)
                if (access->rules[i].rule == rule)
                        return &access->rules[i];
        return NULL;
}

static void rules_say(Explanation *why)
{
        bool any = false;

        for (unsigned i = 0; i < why->authz->n_rules; i++) {
                const AuthzRule *rule = &why->authz->rules[i];
                if (!streq(rule->module, why->module->module->key) ||
                        !authz_in_party(why->authz, &rule->to, why->user) || !from_gives(why, rule))
                        continue;
                const AccessRule *known = rule->filter ? worked_out(why->access, rule) : NULL;
                bool holds = !rule->filter ||
                             (known && access_rule_holds(why->rq, why->access, known, why->record));
                MsgCode code = rule->change ? MSG_WHY_RULE_CHANGE : MSG_WHY_RULE_SEE;
                comes_from(because(why, holds, holds ? code : MSG_WHY_CONDITION, rule->label, NULL),
                        "identity.sharing_rule", &rule->id);
                any |= holds;
        }
        if (!any)
                comes_from(because(why, false, MSG_WHY_NO_RULE, NULL, NULL), "identity.sharing_rule", NULL);
}

static void records_say(Explanation *why)
{
        ModuleAccessLevel level = principal_default(why->authz, why->module->module);
        const char *plural = label_in(&why->module->module->plural, why->rq->context.lang);

        if (why->authz->users[why->user].administrator)
                return;
        if (level != MODULE_PRIVATE)
                comes_from(
                        because(why, true, level == MODULE_SEE ? MSG_WHY_DEFAULT_SEE : MSG_WHY_DEFAULT_CHANGE,
                                plural, NULL),
                        "identity.default_access", NULL);
        if (level == MODULE_CHANGE || tree_says(why))
                return;
        rules_say(why);
        if (access_predicate(why->rq, why->access, why->record, false) &&
                !access_predicate(why->rq, why->access, why->record, true))
                because(why, false, MSG_WHY_SEEN_ONLY, NULL, NULL);
}

static void conclude(Explanation *why)
{
        Cauce__ExplainReply *reply = why->reply;
        bool active = !why->authz->users[why->user].inactive;
        uint32_t rights = active ? why->access->rights : 0;
        bool changes = access_predicate(why->rq, why->access, why->record, true);

        reply->has_see = reply->has_change = reply->has_delete_ = true;
        reply->see = rights & ACCESS_SEE && access_predicate(why->rq, why->access, why->record, false);
        reply->change = reply->see && rights & ACCESS_CHANGE && changes;
        reply->delete_ = reply->see && rights & ACCESS_DELETE && changes;
}

/* Of oneself whoever sees the record may ask, of others an administrator. */
static void subject_of(Explanation *why, const Cauce__ExplainRequest *in)
{
        Req *rq = why->rq;
        const Principal *principal = principal_of(rq);
        bool self = !in->has_user || (principal && in->user.len == sizeof(Uuid) &&
                                             memcmp(in->user.data, &rq->context.user, sizeof(Uuid)) == 0);

        why->authz = principal ? principal->authz : authz_of(rq);
        why->key = AUTHZ_NONE;
        if (principal && self) {
                why->user = principal->user;
                why->key = principal->key;
                why->access = principal_access(rq, why->module);
                return;
        }
        access_administrator(rq);
        why->user = person_in(why->authz, in->has_user, in->user);
        if (why->user == AUTHZ_NONE)
                req_fail(rq, NOT_FOUND, "/user", NULL);
        why->access = principal_access_of(rq, why->module, why->user);
}

void access_reasons(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record,
        const Cauce__ExplainRequest *in, Cauce__ExplainReply *ret)
{
        Explanation why = {.rq = rq, .module = module, .record = record, .reply = ret};

        subject_of(&why, in);
        ret->reasons = arena_array(rq->arena, REASONS_MAX, sizeof *ret->reasons);
        rights_say(&why);
        records_say(&why);
        conclude(&why);
}

void access_explain(
        Req *rq, const ModuleRuntime *module, const Cauce__ExplainRequest *in, Cauce__ExplainReply *ret)
{
        Uuid id;

        if (!in->has_id || in->id.len != sizeof id)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        memcpy(&id, in->id.data, sizeof id);
        access_reasons(rq, module, entity_load(rq, module, &id, true), in, ret);
}
