/* Where the people stand and what they may do: a tree of five levels, profiles, groups by region, sharing
 * rules. */
#include "big.h"

#define REGIONS       5
#define COORDINATIONS 20
#define ROLES         (1 + REGIONS + 3 * COORDINATIONS)
#define PROFILES      2
#define GROUPS        (REGIONS + 1)
#define WHOLESALE     REGIONS /* the group beside those of the regions */
#define RULES         3

static const char *const regions[REGIONS] = {"Norte", "Centro", "Antioquia", "Occidente", "Oriente"};

/* What has an id of its own, by kind. */
enum Kept { KEPT_ROLE, KEPT_PROFILE, KEPT_GROUP, KEPT_RULE, KEPT_MEMBER };

static Rng rng_kept(const Big *big, enum Kept kind, unsigned i)
{
        return rng_of(big, RNG_PEOPLE, (uint64_t)kind << 32 | i);
}

static Uuid kept_id(const Big *big, enum Kept kind, unsigned i)
{
        Rng rng = rng_kept(big, kind, i);

        return rng_uuid(&rng, big->from);
}

/* ---- the tree: everybody's general manager; directors; coordinators; seniors; agents ---- */

static unsigned role_of(unsigned user)
{
        unsigned coordination = (user + 4) % REGIONS + REGIONS * (user / REGIONS % 4);

        return user == 0    ? 0
               : user < 6   ? 1 + user % REGIONS
               : user < 26  ? 1 + REGIONS + coordination
               : user < 100 ? 1 + REGIONS + COORDINATIONS + coordination
                            : 1 + REGIONS + 2 * COORDINATIONS + coordination;
}

static unsigned parent_of(unsigned role)
{
        unsigned coordination = role - 1 - REGIONS;

        if (role <= REGIONS)
                return 0;
        return coordination < COORDINATIONS ? 1 + (coordination + 1) % REGIONS : role - COORDINATIONS;
}

static const char *role_name(Arena *arena, unsigned role)
{
        static const char *const levels[] = {"Coordinación", "Ventas sénior", "Ventas"};
        unsigned i = role - 1 - REGIONS;

        if (role == 0)
                return "Gerencia general";
        if (role <= REGIONS)
                return arena_printf(arena, "Dirección %s", regions[role - 1]);
        return arena_printf(arena, "%s %s %u", levels[i / COORDINATIONS],
                regions[(i % COORDINATIONS + 1) % REGIONS], 1 + i % COORDINATIONS / REGIONS);
}

void people_place(Arena *arena, const Big *big, unsigned i, User *user)
{
        Uuid role = kept_id(big, KEPT_ROLE, role_of(i)), profile = kept_id(big, KEPT_PROFILE, i < 6);

        record_set_uuid(arena, &user->role, &user->has_role, &role);
        record_set_uuid(arena, &user->profile, &user->has_profile, &profile);
}

/* ---- the records ---- */

typedef struct Maker {
        const Module *module;
        unsigned n;
        enum Kept kind;
        int64_t seq; /* of the first one's event */
        void (*fill)(Arena *arena, const Big *big, unsigned i, ProtobufCMessage *record);
} Maker;

static void fill_role(Arena *arena, const Big *big, unsigned i, ProtobufCMessage *record)
{
        Role *role = (Role *)record;
        Uuid parent = kept_id(big, KEPT_ROLE, parent_of(i));

        role->name = role->label = (char *)role_name(arena, i);
        if (i > 0)
                record_set_uuid(arena, &role->parent, &role->has_parent, &parent);
}

static void fill_profile(Arena *arena, const Big *big, unsigned i, ProtobufCMessage *record)
{
        static const char *const grants[] = {"leads.lead:see", "leads.lead:create", "leads.lead:change",
                "leads.lead:duplicate", "activities.task:see", "activities.task:create",
                "activities.task:change", "activities.task:delete", "identity.user:see", "identity.role:see",
                "identity.group:see", "identity.member:see", "identity.user_session:see",
                "identity.user_session:delete", /* directors: */ "leads.lead:delete", "leads.lead:import",
                "leads.lead:export", "leads.lead:mass_delete", "identity.access:see"};
        const size_t all = sizeof grants / sizeof *grants;
        Profile *profile = (Profile *)record;

        (void)arena;
        (void)big;
        profile->name = profile->label = (char *)(i ? "Dirección" : "Ventas");
        profile->grants = (char **)(uintptr_t)grants;
        profile->n_grants = i ? all : all - 5;
}

static void fill_group(Arena *arena, const Big *big, unsigned i, ProtobufCMessage *record)
{
        Group *group = (Group *)record;

        (void)big;
        group->name = group->label =
                i == WHOLESALE ? (char *)"Mayoristas" : arena_printf(arena, "Ventas %s", regions[i]);
}

/* One in eight sells to wholesalers too; nobody whose sight is measured alone. */
static bool is_wholesale(unsigned user)
{
        return user % 8 == 5 && user < BIG_NARROW - BIG_MIDDLES;
}

static void fill_rule(Arena *arena, const Big *big, unsigned i, ProtobufCMessage *record)
{
        SharingRule *rule = (SharingRule *)record;
        Uuid top = kept_id(big, KEPT_ROLE, 0), north = kept_id(big, KEPT_GROUP, 0),
             wholesale = kept_id(big, KEPT_GROUP, WHOLESALE), center = kept_id(big, KEPT_ROLE, 2);

        rule->for_module = (char *)"leads.lead";
        rule->access = (char *)"see";
        if (i == 0) {
                rule->name = (char *)"La gerencia ve todo";
                rule->access = (char *)"change";
                record_set_uuid(arena, &rule->to_role, &rule->has_to_role, &top);
        } else if (i == 1) {
                rule->name = (char *)"Ofertas del Centro para mayoristas";
                rule->filter = (char *)"stage[in]=offer,negotiation&typology[eq]=integrator";
                record_set_uuid(arena, &rule->from_branch, &rule->has_from_branch, &center);
                record_set_uuid(arena, &rule->to_group, &rule->has_to_group, &wholesale);
        } else {
                rule->name = (char *)"El Norte comparte con mayoristas";
                record_set_uuid(arena, &rule->from_group, &rule->has_from_group, &north);
                record_set_uuid(arena, &rule->to_group, &rule->has_to_group, &wholesale);
        }
        rule->label = rule->name;
}

/* Agents in the group of their region, and some among the wholesale's. */
static void fill_member(Arena *arena, const Big *big, unsigned i, ProtobufCMessage *record)
{
        Member *member = (Member *)record;
        unsigned user = i < BIG_USERS ? i : (i - BIG_USERS) * 8 + 5;
        Uuid group = kept_id(big, KEPT_GROUP, i < BIG_USERS ? user % REGIONS : WHOLESALE);

        record_set_uuid(arena, &member->member_of, &member->has_member_of, &group);
        record_set_uuid(arena, &member->person, &member->has_person, &big->users[user]);
        member->has_weight = true;
        member->weight = user < 100 ? 0 : 1 + user % 3;
        member->label = arena_printf(arena, "Integrante %u", 1001 + i);
}

static unsigned n_wholesale(void)
{
        unsigned n = 0;

        while (is_wholesale(n * 8 + 5))
                n++;
        return n;
}

static const Maker makers[] = {
        {&role_module, ROLES, KEPT_ROLE, 2001, fill_role},
        {&profile_module, PROFILES, KEPT_PROFILE, 2201, fill_profile},
        {&group_module, GROUPS, KEPT_GROUP, 2301, fill_group},
        {&sharing_rule_module, RULES, KEPT_RULE, 2401, fill_rule},
        {&member_module, 0, KEPT_MEMBER, 3001, fill_member},
};

static unsigned count_of(const Maker *maker)
{
        return maker->n ? maker->n : BIG_USERS + n_wholesale();
}

static ProtobufCMessage *make(Arena *arena, const Big *big, const Maker *maker, unsigned i)
{
        ProtobufCMessage *record = record_new(arena, maker->module->message);
        RecordHead *head = record_head(record);
        Uuid id = kept_id(big, maker->kind, i);

        record_set_uuid(arena, &head->id, &head->has_id, &id);
        record_set_uuid(arena, &head->created_by, &head->has_created_by, &big->users[0]);
        record_set_uuid(arena, &head->owner, &head->has_owner, &big->users[0]);
        head->updated_by = head->created_by;
        head->has_updated_by = head->has_version = head->has_number = head->has_created_at =
                head->has_updated_at = true;
        head->version = 1;
        head->number = 1001 + i;
        head->created_at = head->updated_at = big->from;
        maker->fill(arena, big, i, record);
        return record;
}

static void write_records(const Big *big, const Maker *maker)
{
        ModuleRuntime module = table_module(maker->module);
        Arena *arena = arena_new();

        for (unsigned i = 0; i < count_of(maker); i++)
                row_record(arena, &module, make(arena, big, maker, i));
        (void)arena_free(arena);
}

void write_roles(const Big *big)
{
        write_records(big, &makers[0]);
}

void write_profiles(const Big *big)
{
        write_records(big, &makers[1]);
}

void write_groups(const Big *big)
{
        write_records(big, &makers[2]);
}

void write_rules(const Big *big)
{
        write_records(big, &makers[3]);
}

void write_members(const Big *big)
{
        write_records(big, &makers[4]);
}

void write_people_events(const Big *big)
{
        Arena *arena = arena_new();

        for (unsigned m = 0; m < sizeof makers / sizeof *makers; m++) {
                ModuleRuntime module = table_module(makers[m].module);
                for (unsigned i = 0; i < count_of(&makers[m]); i++)
                        row_created(arena, &module, makers[m].seq + i, make(arena, big, &makers[m], i),
                                rng_kept(big, makers[m].kind, BIG_USERS * 2 + i));
        }
        (void)arena_free(arena);
}
