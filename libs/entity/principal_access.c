/* Works out one person's access to one module (ACCESS.md): rights, whose records, rules, withheld fields. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entity/filter.h"
#include "entity/filter_match.h"
#include "entity/principals.h"

const char *const access_right_names[ACCESS_RIGHTS] = {"see", "create", "change", "delete", "import",
        "export", "mass_delete", "duplicate", "mass_duplicate", "settings"};

#define ALL_RIGHTS ((1U << ACCESS_RIGHTS) - 1)
#define MAKING     (ACCESS_CREATE | ACCESS_IMPORT | ACCESS_DUPLICATE | ACCESS_MASS_DUPLICATE)
#define REMOVING   (ACCESS_DELETE | ACCESS_MASS_DELETE)

/* ---- rights ---- */

/* -1, 0, 1: how "leads.lead" ":" "see" stands to the text. */
static int compare_grant(const char *text, const char *key, char mark, const char *name)
{
        size_t len = strlen(key);
        int order = strncmp(key, text, len);

        if (order != 0)
                return order;
        if (text[len] != mark)
                return (unsigned char)mark < (unsigned char)text[len] ? -1 : 1;
        return strcmp(name, text + len + 1);
}

static bool listed(const char *const *texts, unsigned n, const char *key, char mark, const char *name)
{
        unsigned low = 0, high = n;

        while (low < high) {
                unsigned middle = low + (high - low) / 2;
                int order = compare_grant(texts[middle], key, mark, name);
                if (order == 0)
                        return true;
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return false;
}

static uint32_t rights_in(const char *const *texts, unsigned n, const Module *module)
{
        uint32_t rights = 0;

        for (unsigned i = 0; i < ACCESS_RIGHTS; i++)
                if (listed(texts, n, module->key, ':', access_right_names[i]))
                        rights |= 1U << i;
        return rights;
}

bool profile_grants(const AuthzProfile *profile, const Module *module, unsigned right)
{
        return (rights_in(profile->grants, profile->n_grants, module) & right) == right;
}

static uint32_t rights_closed(const Module *module, bool administrator)
{
        uint32_t closed = 0;

        if (module->flags & MODULE_ADMINISTRATORS && !administrator)
                closed |= MAKING | REMOVING | ACCESS_CHANGE | ACCESS_SETTINGS;
        if (module->flags & MODULE_BY_SYSTEM)
                closed |= MAKING | ACCESS_CHANGE;
        if (module->flags & MODULE_KEPT)
                closed |= REMOVING;
        return closed;
}

static const AuthzProfile *profile_of(const Principal *principal)
{
        uint32_t profile = principal->authz->users[principal->user].profile;

        return profile == AUTHZ_NONE ? NULL : &principal->authz->profiles[profile];
}

static uint32_t rights_of(const Principal *principal, const Module *module)
{
        const AuthzProfile *profile = profile_of(principal);
        uint32_t rights = profile ? rights_in(profile->grants, profile->n_grants, module) : 0;

        if (principal->administrator)
                rights = ALL_RIGHTS;
        if (principal->key != AUTHZ_NONE) {
                const AuthzKey *key = &principal->authz->keys[principal->key];
                rights &= rights_in(key->scopes, key->n_scopes, module);
        }
        return rights & ~rights_closed(module, principal->administrator);
}

/* ---- whose records ---- */

ModuleAccessLevel principal_default(const Authz *authz, const Module *module)
{
        for (unsigned i = 0; i < authz->n_defaults; i++)
                if (streq(authz->defaults[i].module, module->key))
                        return authz->defaults[i].level;
        return module->access;
}

typedef struct Owners {
        Arena *arena;
        unsigned n, cap;
        Uuid *ids;
} Owners;

static void owners_add(Owners *owners, const Uuid *ids, unsigned n)
{
        if (n > owners->cap - owners->n) {
                unsigned cap = owners->n + n + owners->cap;
                owners->ids = arena_grow(owners->arena, owners->ids, owners->cap * sizeof *owners->ids,
                        cap * sizeof *owners->ids);
                owners->cap = cap;
        }
        if (n > 0)
                memcpy(owners->ids + owners->n, ids, n * sizeof *ids);
        owners->n += n;
}

static int by_uuid(const void *a, const void *b)
{
        return uuid_compare(a, b);
}

/* As many as there are, sorted, in the arena. */
static unsigned owners_take(Owners *owners, Arena *arena, const Uuid **ret)
{
        unsigned n = 0;

        if (owners->n > 0)
                qsort(owners->ids, owners->n, sizeof *owners->ids, by_uuid);
        for (unsigned i = 0; i < owners->n; i++)
                if (n == 0 || uuid_compare(&owners->ids[n - 1], &owners->ids[i]) != 0)
                        owners->ids[n++] = owners->ids[i];
        *ret = n > 0 ? arena_memdup(arena, owners->ids, n * sizeof *owners->ids) : NULL;
        return n;
}

/* Oneself and whoever is below. */
static void owners_own(Owners *owners, const Authz *authz, uint32_t user)
{
        uint32_t role = authz->users[user].role;

        owners_add(owners, &authz->users[user].id, 1);
        if (role == AUTHZ_NONE || authz->roles[role].end == authz->roles[role].first + 1)
                return;
        for (uint32_t i = 0; i < authz->n_users; i++)
                if (authz_is_below(authz, i, user))
                        owners_add(owners, &authz->users[i].id, 1);
}

static bool rule_is_for(const Principal *principal, const AuthzRule *rule, const Module *module)
{
        return streq(rule->module, module->key) &&
               authz_in_party(principal->authz, &rule->to, principal->user);
}

/* A rule with a condition; false when the condition can't be read: then it grants nothing. */
static bool rule_make(Arena *arena, const Entity *entity, const Principal *principal, const AuthzRule *rule,
        const ModuleRuntime *module, AccessRule *ret)
{
        struct Cauce__Filter *filter = filter_text(arena, str_of(rule->filter));
        const char *why;

        if (!filter || !filter_check(arena, entity, module, filter, &why))
                return false;
        *ret = (AccessRule){.rule = rule,
                .change = rule->change,
                .everybody = rule->from.kind == PARTY_EVERYBODY,
                .filter = filter};
        if (!ret->everybody)
                ret->n = authz_party_users(principal->authz, arena, &rule->from, &ret->owners);
        return true;
}

static unsigned rules_count(const Principal *principal, const Module *module)
{
        unsigned n = 0;

        for (unsigned i = 0; i < principal->authz->n_rules; i++)
                n += principal->authz->rules[i].filter &&
                     rule_is_for(principal, &principal->authz->rules[i], module);
        return n;
}

static void rules_add(Arena *arena, const Entity *entity, const Principal *principal, ModuleAccess *access,
        Owners *see, Owners *change)
{
        const Authz *authz = principal->authz;
        const Module *module = access->module->module;
        unsigned most = rules_count(principal, module);
        AccessRule *rules = most > 0 ? arena_array(arena, most, sizeof *rules) : NULL;
        const Uuid *ids;

        for (unsigned i = 0; i < authz->n_rules; i++) {
                const AuthzRule *rule = &authz->rules[i];
                if (!rule_is_for(principal, rule, module))
                        continue;
                if (rule->filter) {
                        access->n_rules += rule_make(
                                arena, entity, principal, rule, access->module, &rules[access->n_rules]);
                } else if (rule->from.kind == PARTY_EVERYBODY) {
                        access->see_all = true;
                        access->change_all |= rule->change;
                } else {
                        unsigned n = authz_party_users(authz, see->arena, &rule->from, &ids);
                        owners_add(see, ids, n);
                        if (rule->change)
                                owners_add(change, ids, n);
                }
        }
        access->rules = rules;
}

static void records_of(Arena *arena, const Entity *entity, const Principal *principal, ModuleAccess *access)
{
        ModuleAccessLevel level = principal_default(principal->authz, access->module->module);

        access->see_all = principal->administrator || level != MODULE_PRIVATE;
        access->change_all = principal->administrator || level == MODULE_CHANGE;
        if (access->change_all)
                return;
        Arena *scratch = arena_new();
        Owners see = {.arena = scratch}, change = {.arena = scratch};
        owners_own(&see, principal->authz, principal->user);
        owners_add(&change, see.ids, see.n);
        rules_add(arena, entity, principal, access, &see, &change);
        access->n_see = owners_take(&see, arena, &access->see);
        access->n_change = owners_take(&change, arena, &access->change);
        (void)arena_free(scratch);
}

/* ---- fields ---- */

static uint8_t moments_in(const AuthzProfile *profile, const char *key)
{
        static const struct {
                const char *name;
                uint8_t moments;
        } names[] = {
                /* What may not be viewed can't be given or changed either. */
                {"view", ACCESS_ON_VIEW | ACCESS_ON_CREATE | ACCESS_ON_CHANGE},
                {"create", ACCESS_ON_CREATE},
                {"change", ACCESS_ON_CHANGE},
        };
        uint8_t moments = 0;

        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                if (listed(profile->denials, profile->n_denials, key, ':', names[i].name))
                        moments |= names[i].moments;
        return moments;
}

static bool never_withheld(const Field *field)
{
        switch (field->flags & FIELD_CUSTOM ? 0 : field->number) {
        case TAG_ID:
        case TAG_VERSION:
        case TAG_LABEL:
        case TAG_CREATED_AT:
        case TAG_UPDATED_AT:
        case TAG_NUMBER:
                return true;
        default:
                return false;
        }
}

static const uint8_t *masks_of(Arena *arena, const AuthzProfile *profile, const Module *module,
        const Field *const *fields, unsigned n, bool *ret_any)
{
        uint8_t *masks = arena_alloc(arena, n + 1);
        char key[240];

        for (unsigned i = 0; profile && profile->n_denials > 0 && i < n; i++) {
                const char *custom = fields[i]->flags & FIELD_CUSTOM ? "custom." : "";
                if (never_withheld(fields[i]))
                        continue;
                (void)snprintf(key, sizeof key, "%s.%s%s", module->key, custom, fields[i]->name);
                masks[i] = moments_in(profile, key);
                *ret_any |= masks[i] != 0;
        }
        return masks;
}

static bool label_hidden(const ModuleAccess *access)
{
        const Module *module = access->module->module;

        for (unsigned i = 0; i < access->module->n_columns; i++)
                for (unsigned j = 0; access->columns[i] & ACCESS_ON_VIEW && j < module->n_label_from; j++)
                        if (streq(access->module->columns[i]->name, module->label_from[j]))
                                return true;
        return false;
}

static void fields_of(Arena *arena, const Principal *principal, ModuleAccess *access)
{
        const AuthzProfile *profile = principal->administrator ? NULL : profile_of(principal);
        const ModuleRuntime *module = access->module;

        access->columns = masks_of(
                arena, profile, module->module, module->columns, module->n_columns, &access->withholds);
        access->custom = masks_of(
                arena, profile, module->module, module->custom, module->n_custom, &access->withholds);
        access->label_withheld = access->withholds && label_hidden(access);
}

void principal_rights_make(
        Arena *arena, const Principal *principal, const ModuleRuntime *module, ModuleAccess *ret)
{
        *ret = (ModuleAccess){.module = module, .rights = rights_of(principal, module->module)};
        fields_of(arena, principal, ret);
}

void principal_access_make(Arena *arena, const Entity *entity, const Principal *principal,
        const ModuleRuntime *module, ModuleAccess *ret)
{
        principal_rights_make(arena, principal, module, ret);
        records_of(arena, entity, principal, ret);
}
