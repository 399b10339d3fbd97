/* Lookups in a generation of authz: whose id it is, who is below whom, who is in a party. Owns the life of a
 * generation. */
#include "entity/authz.h"
#include "entity/principals.h"

const char *const authz_modules[] = {
        "identity.user",
        "identity.role",
        "identity.profile",
        "identity.group",
        "identity.member",
        "identity.default_access",
        "identity.sharing_rule",
        "identity.api_key",
        NULL,
};

Authz *authz_unref(Authz *authz)
{
        if (!authz || --authz->refs > 0)
                return NULL;
        principals_free(authz->principals);
        return (void)arena_free(authz->arena), NULL;
}

static void on_arena_end(void *authz)
{
        (void)authz_unref(authz);
}

const Authz *authz_hold(const Entity *entity, Arena *arena)
{
        if (!entity->authz)
                return NULL;
        entity->authz->refs++;
        arena_cleanup(arena, on_arena_end, entity->authz);
        return entity->authz;
}

void authz_done(Entity *entity)
{
        entity->authz = authz_unref(entity->authz);
}

/* ---- by id ---- */

/* Every table is sorted by id, which is the first member of its rows. */
static uint32_t index_of(const void *rows, unsigned n, size_t size, const Uuid *id)
{
        unsigned low = 0, high = n;

        while (low < high) {
                unsigned middle = low + (high - low) / 2;
                int order =
                        uuid_compare(id, (const Uuid *)(const void *)((const char *)rows + middle * size));
                if (order == 0)
                        return middle;
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return AUTHZ_NONE;
}

uint32_t authz_user(const Authz *authz, const Uuid *id)
{
        return index_of(authz->users, authz->n_users, sizeof *authz->users, id);
}

uint32_t authz_role(const Authz *authz, const Uuid *id)
{
        return index_of(authz->roles, authz->n_roles, sizeof *authz->roles, id);
}

uint32_t authz_profile(const Authz *authz, const Uuid *id)
{
        return index_of(authz->profiles, authz->n_profiles, sizeof *authz->profiles, id);
}

uint32_t authz_group(const Authz *authz, const Uuid *id)
{
        return index_of(authz->groups, authz->n_groups, sizeof *authz->groups, id);
}

uint32_t authz_key(const Authz *authz, const Uuid *id)
{
        return index_of(authz->keys, authz->n_keys, sizeof *authz->keys, id);
}

/* ---- who is where ---- */

bool authz_is_below(const Authz *authz, uint32_t user, uint32_t above)
{
        uint32_t low = authz->users[user].role, high = authz->users[above].role;

        if (low == AUTHZ_NONE || high == AUTHZ_NONE)
                return false;
        uint32_t at = authz->roles[low].first;
        return at > authz->roles[high].first && at < authz->roles[high].end;
}

static bool in_branch(const Authz *authz, uint32_t role, uint32_t top)
{
        return role != AUTHZ_NONE && authz->roles[role].first >= authz->roles[top].first &&
               authz->roles[role].first < authz->roles[top].end;
}

static bool in_group(const AuthzGroup *group, uint32_t user)
{
        unsigned low = 0, high = group->n_members;

        while (low < high) {
                unsigned middle = low + (high - low) / 2;
                if (group->members[middle].user == user)
                        return true;
                if (user < group->members[middle].user)
                        high = middle;
                else
                        low = middle + 1;
        }
        return false;
}

bool authz_in_party(const Authz *authz, const AuthzParty *party, uint32_t user)
{
        switch (party->kind) {
        case PARTY_EVERYBODY:
                return true;
        case PARTY_USER:
                return party->index == user;
        case PARTY_ROLE:
                return party->index == authz->users[user].role;
        case PARTY_BRANCH:
                return in_branch(authz, authz->users[user].role, party->index);
        case PARTY_GROUP:
                return in_group(&authz->groups[party->index], user);
        }
        return false;
}

unsigned authz_party_users(const Authz *authz, Arena *arena, const AuthzParty *party, const Uuid **ret)
{
        unsigned n = 0, i = 0;

        if (party->kind == PARTY_GROUP) {
                const AuthzGroup *group = &authz->groups[party->index];
                Uuid *ids = arena_array(arena, group->n_members + 1, sizeof *ids);
                for (; n < group->n_members; n++)
                        ids[n] = authz->users[group->members[n].user].id;
                *ret = ids;
                return n;
        }
        for (; i < authz->n_users; i++)
                n += authz_in_party(authz, party, i);
        Uuid *ids = arena_array(arena, n + 1, sizeof *ids);
        for (i = n = 0; i < authz->n_users; i++)
                if (authz_in_party(authz, party, i))
                        ids[n++] = authz->users[i].id;
        *ret = ids;
        return n;
}
