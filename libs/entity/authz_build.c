/* A generation of authz out of identity's records: tables sorted by id, references turned into indexes. What
 * refers to something that is gone is left out: it grants nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "entity/authz_tree.h"
#include "entity/principals.h"
#include "entity/record.h"
#include "identity.pb-c.h"

typedef Cauce__Identity__User UserRecord;
typedef Cauce__Identity__Role RoleRecord;
typedef Cauce__Identity__Profile ProfileRecord;
typedef Cauce__Identity__Member MemberRecord;
typedef Cauce__Identity__DefaultAccess DefaultRecord;
typedef Cauce__Identity__SharingRule RuleRecord;
typedef Cauce__Identity__ApiKey KeyRecord;

typedef struct Table {
        unsigned n;
        const ProtobufCMessage **records; /* by id */
} Table;

static int by_id(const void *a, const void *b)
{
        const RecordHead *x = *(const RecordHead *const *)a, *y = *(const RecordHead *const *)b;

        return memcmp(x->id.data, y->id.data, sizeof(Uuid));
}

static Table table_of(Arena *scratch, const AuthzRecord *records, unsigned n, const char *key)
{
        Table table = {.records = arena_array(scratch, n + 1, sizeof *table.records)};

        for (unsigned i = 0; i < n; i++)
                if (streq(records[i].module->key, key) && record_head(records[i].record)->has_id &&
                        record_head(records[i].record)->id.len == sizeof(Uuid))
                        table.records[table.n++] = records[i].record;
        qsort(table.records, table.n, sizeof *table.records, by_id);
        return table;
}

static uint32_t refer(const Authz *authz, uint32_t (*find)(const Authz *authz, const Uuid *id),
        protobuf_c_boolean has, ProtobufCBinaryData data)
{
        Uuid id;

        if (!has || data.len != sizeof id)
                return AUTHZ_NONE;
        memcpy(&id, data.data, sizeof id);
        return find(authz, &id);
}

static const char *label_of(Arena *arena, const ProtobufCMessage *record)
{
        const char *label = record_head(record)->label;

        return arena_strdup(arena, label ? label : "");
}

static int by_text(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *const *texts_sorted(Arena *arena, char *const *texts, size_t n)
{
        const char **sorted = arena_array(arena, n + 1, sizeof *sorted);

        for (size_t i = 0; i < n; i++)
                sorted[i] = arena_strdup(arena, texts[i]);
        qsort(sorted, n, sizeof *sorted, by_text);
        return sorted;
}

/* ---- people ---- */

static void build_roles(Authz *authz, Arena *scratch, Table table)
{
        AuthzRole *roles = arena_array(authz->arena, table.n + 1, sizeof *roles);

        for (unsigned i = 0; i < table.n; i++)
                roles[i] = (AuthzRole){
                        .id = record_id(table.records[i]), .label = label_of(authz->arena, table.records[i])};
        authz->roles = roles;
        authz->n_roles = table.n;
        for (unsigned i = 0; i < table.n; i++) {
                const RoleRecord *record = (const RoleRecord *)table.records[i];
                roles[i].parent = refer(authz, authz_role, record->has_parent, record->parent);
        }
        authz_number(scratch, roles, table.n);
}

static void build_profiles(Authz *authz, Table table)
{
        AuthzProfile *profiles = arena_array(authz->arena, table.n + 1, sizeof *profiles);

        for (unsigned i = 0; i < table.n; i++) {
                const ProfileRecord *record = (const ProfileRecord *)table.records[i];
                profiles[i] = (AuthzProfile){
                        .id = record_id(table.records[i]),
                        .label = label_of(authz->arena, table.records[i]),
                        .n_grants = (unsigned)record->n_grants,
                        .grants = texts_sorted(authz->arena, record->grants, record->n_grants),
                        .n_denials = (unsigned)record->n_denials,
                        .denials = texts_sorted(authz->arena, record->denials, record->n_denials),
                };
        }
        authz->profiles = profiles;
        authz->n_profiles = table.n;
}

static void build_users(Authz *authz, Table table)
{
        AuthzUser *users = arena_array(authz->arena, table.n + 1, sizeof *users);

        for (unsigned i = 0; i < table.n; i++) {
                const UserRecord *record = (const UserRecord *)table.records[i];
                users[i] = (AuthzUser){
                        .id = record_id(table.records[i]),
                        .label = label_of(authz->arena, table.records[i]),
                        .role = refer(authz, authz_role, record->has_role, record->role),
                        .profile = refer(authz, authz_profile, record->has_profile, record->profile),
                        .administrator = record->has_administrator && record->administrator,
                        .inactive = record->has_inactive && record->inactive,
                        .away = record->has_away && record->away,
                        .away_until = record->has_away_until ? record->away_until : 0,
                };
        }
        authz->users = users;
        authz->n_users = table.n;
}

typedef struct Membership {
        uint32_t group, user;
        unsigned weight;
} Membership;

static int by_group(const void *a, const void *b)
{
        const Membership *x = a, *y = b;

        if (x->group != y->group)
                return x->group < y->group ? -1 : 1;
        return x->user < y->user ? -1 : x->user > y->user;
}

static unsigned weight_of(const MemberRecord *record)
{
        if (!record->has_weight)
                return 1;
        return record->weight < 0 ? 0 : record->weight > UINT16_MAX ? UINT16_MAX : (unsigned)record->weight;
}

static unsigned memberships(const Authz *authz, Table table, Membership *ret)
{
        unsigned n = 0;

        for (unsigned i = 0; i < table.n; i++) {
                const MemberRecord *record = (const MemberRecord *)table.records[i];
                Membership one = {
                        .group = refer(authz, authz_group, record->has_member_of, record->member_of),
                        .user = refer(authz, authz_user, record->has_person, record->person),
                        .weight = weight_of(record)};
                if (one.group != AUTHZ_NONE && one.user != AUTHZ_NONE)
                        ret[n++] = one;
        }
        qsort(ret, n, sizeof *ret, by_group);
        return n;
}

static void build_groups(Authz *authz, Arena *scratch, Table table, Table members)
{
        AuthzGroup *groups = arena_array(authz->arena, table.n + 1, sizeof *groups);
        Membership *all = arena_array(scratch, members.n + 1, sizeof *all);
        AuthzMember *list = arena_array(authz->arena, members.n + 1, sizeof *list);

        for (unsigned i = 0; i < table.n; i++)
                groups[i] = (AuthzGroup){
                        .id = record_id(table.records[i]), .label = label_of(authz->arena, table.records[i])};
        authz->groups = groups;
        authz->n_groups = table.n;
        unsigned n = memberships(authz, members, all);
        for (unsigned i = 0; i < n; i++) {
                AuthzGroup *group = &groups[all[i].group];
                if (group->n_members > 0 && all[i - 1].user == all[i].user)
                        continue; /* twice in one group */
                if (group->n_members == 0)
                        group->members = list;
                *list++ = (AuthzMember){all[i].user, all[i].weight};
                group->n_members++;
        }
}

/* ---- rules, defaults, keys ---- */

/* One of a rule's parties: which reference is set, and where it points. */
typedef struct PartyField {
        AuthzPartyKind kind;
        protobuf_c_boolean has;
        ProtobufCBinaryData id;
        uint32_t (*find)(const Authz *authz, const Uuid *id);
} PartyField;

/* False when more than one is named, or what is named is gone. */
static bool party_of(const Authz *authz, const PartyField *fields, AuthzParty *ret)
{
        AuthzParty party = {.kind = PARTY_EVERYBODY, .index = AUTHZ_NONE};

        for (unsigned i = 0; i < 4; i++) {
                if (!fields[i].has)
                        continue;
                if (party.kind != PARTY_EVERYBODY)
                        return false;
                party.kind = fields[i].kind;
                party.index = refer(authz, fields[i].find, true, fields[i].id);
                if (party.index == AUTHZ_NONE)
                        return false;
        }
        *ret = party;
        return true;
}

static bool rule_parties(const Authz *authz, const RuleRecord *rule, AuthzParty *ret_from, AuthzParty *ret_to)
{
        const PartyField from[4] = {
                {PARTY_USER, rule->has_from_user, rule->from_user, authz_user},
                {PARTY_ROLE, rule->has_from_role, rule->from_role, authz_role},
                {PARTY_BRANCH, rule->has_from_branch, rule->from_branch, authz_role},
                {PARTY_GROUP, rule->has_from_group, rule->from_group, authz_group},
        };
        const PartyField to[4] = {
                {PARTY_USER, rule->has_to_user, rule->to_user, authz_user},
                {PARTY_ROLE, rule->has_to_role, rule->to_role, authz_role},
                {PARTY_BRANCH, rule->has_to_branch, rule->to_branch, authz_role},
                {PARTY_GROUP, rule->has_to_group, rule->to_group, authz_group},
        };

        return party_of(authz, from, ret_from) && party_of(authz, to, ret_to) &&
               ret_to->kind != PARTY_EVERYBODY;
}

static bool access_known(const char *access)
{
        return access && (streq(access, "see") || streq(access, "change"));
}

static void build_rules(Authz *authz, Table table)
{
        AuthzRule *rules = arena_array(authz->arena, table.n + 1, sizeof *rules);

        for (unsigned i = 0; i < table.n; i++) {
                const RuleRecord *record = (const RuleRecord *)table.records[i];
                AuthzRule *rule = &rules[authz->n_rules];
                if ((record->has_inactive && record->inactive) || !record->for_module ||
                        !access_known(record->access) || !rule_parties(authz, record, &rule->from, &rule->to))
                        continue;
                rule->id = record_id(table.records[i]);
                rule->label = label_of(authz->arena, table.records[i]);
                rule->module = arena_strdup(authz->arena, record->for_module);
                rule->filter = record->filter && record->filter[0]
                                       ? arena_strdup(authz->arena, record->filter)
                                       : NULL;
                rule->change = streq(record->access, "change");
                authz->n_rules++;
        }
        authz->rules = rules;
}

static ModuleAccessLevel level_of(const char *text)
{
        if (text && streq(text, "see"))
                return MODULE_SEE;
        return text && streq(text, "change") ? MODULE_CHANGE : MODULE_PRIVATE;
}

static void build_defaults(Authz *authz, Table table)
{
        AuthzDefault *defaults = arena_array(authz->arena, table.n + 1, sizeof *defaults);

        for (unsigned i = 0; i < table.n; i++) {
                const DefaultRecord *record = (const DefaultRecord *)table.records[i];
                defaults[i] = (AuthzDefault){
                        .module = arena_strdup(authz->arena, record->for_module ? record->for_module : ""),
                        .level = level_of(record->level)};
        }
        authz->defaults = defaults;
        authz->n_defaults = table.n;
}

static void build_keys(Authz *authz, Table table)
{
        AuthzKey *keys = arena_array(authz->arena, table.n + 1, sizeof *keys);

        for (unsigned i = 0; i < table.n; i++) {
                const KeyRecord *record = (const KeyRecord *)table.records[i];
                uint32_t user = refer(authz, authz_user, record->has_person, record->person);
                if (user == AUTHZ_NONE)
                        continue;
                keys[authz->n_keys++] = (AuthzKey){
                        .id = record_id(table.records[i]),
                        .user = user,
                        .expires_at = record->has_expires_at ? record->expires_at : 0,
                        .n_scopes = (unsigned)record->n_scopes,
                        .scopes = texts_sorted(authz->arena, record->scopes, record->n_scopes),
                };
        }
        authz->keys = keys;
}

Authz *authz_build(const AuthzRecord *records, unsigned n, uint64_t epoch)
{
        Arena *arena = arena_new(), *scratch = arena_new();
        Authz *authz = arena_alloc(arena, sizeof *authz);

        *authz = (Authz){.arena = arena, .epoch = epoch, .made_at = clock_monotonic(), .refs = 1};
        build_roles(authz, scratch, table_of(scratch, records, n, "identity.role"));
        build_profiles(authz, table_of(scratch, records, n, "identity.profile"));
        build_users(authz, table_of(scratch, records, n, "identity.user"));
        build_groups(authz, scratch, table_of(scratch, records, n, "identity.group"),
                table_of(scratch, records, n, "identity.member"));
        build_rules(authz, table_of(scratch, records, n, "identity.sharing_rule"));
        build_defaults(authz, table_of(scratch, records, n, "identity.default_access"));
        build_keys(authz, table_of(scratch, records, n, "identity.api_key"));
        authz->principals = principals_new(authz);
        (void)arena_free(scratch);
        return authz;
}
