/* Who stands behind a request, and what has been worked out of them: a cache beside each generation of authz,
 * a slot a person and a slot a key. */
#include <stdlib.h>

#include "entity/principals.h"

typedef struct Held {
        ModuleAccess access;
        struct Held *next;
} Held;

typedef struct Person {
        Principal principal;
        Held *held;
} Person;

/* Of one generation of the modules in force. */
typedef struct Works {
        Arena *arena;
        const Runtime *runtime;
        int64_t runtime_made; /* an address may come again */
        Person **by_user, **by_key;
        struct Works *former;
} Works;

struct Principals {
        unsigned n_users, n_keys;
        Works *works; /* NULL before the first is asked for */
};

Principals *principals_new(const Authz *authz)
{
        Principals *principals = calloc(1, sizeof *principals);

        if (!principals)
                abort();
        *principals = (Principals){.n_users = authz->n_users, .n_keys = authz->n_keys};
        return principals;
}

void principals_free(Principals *principals)
{
        for (Works *works = principals ? principals->works : NULL; works;) {
                Works *former = works->former;
                (void)arena_free(works->arena);
                works = former;
        }
        free(principals);
}

static Works *works_of(const Entity *entity, Principals *principals)
{
        int64_t made = entity->runtime ? entity->runtime->made_at : 0;
        Works *works = principals->works;

        if (works && works->runtime == entity->runtime && works->runtime_made == made)
                return works;
        Arena *arena = arena_new();
        Works *fresh = arena_alloc(arena, sizeof *fresh);
        *fresh = (Works){
                .arena = arena,
                .runtime = entity->runtime,
                .runtime_made = made,
                .by_user = arena_array(arena, principals->n_users + 1, sizeof *fresh->by_user),
                .by_key = arena_array(arena, principals->n_keys + 1, sizeof *fresh->by_key),
                .former = works,
        };
        principals->works = fresh;
        return fresh;
}

static Person *person_of(Works *works, const Authz *authz, uint32_t user, uint32_t key)
{
        Person **slot = key == AUTHZ_NONE ? &works->by_user[user] : &works->by_key[key];

        if (!*slot) {
                *slot = arena_alloc(works->arena, sizeof **slot);
                (*slot)->principal = (Principal){.authz = authz,
                        .user = user,
                        .key = key,
                        .administrator = authz->users[user].administrator};
        }
        return *slot;
}

const Principal *principals_find(const Entity *entity, const Authz *authz, uint32_t user, uint32_t key)
{
        return &person_of(works_of(entity, authz->principals), authz, user, key)->principal;
}

const ModuleAccess *principals_access(
        const Entity *entity, const Authz *authz, uint32_t user, uint32_t key, const ModuleRuntime *module)
{
        Works *works = works_of(entity, authz->principals);
        Person *person = person_of(works, authz, user, key);

        for (const Held *held = person->held; held; held = held->next)
                if (held->access.module == module)
                        return &held->access;
        Held *held = arena_alloc(works->arena, sizeof *held);
        principal_access_make(works->arena, entity, &person->principal, module, &held->access);
        held->next = person->held;
        person->held = held;
        return &held->access;
}

/* ---- of a request ---- */

static bool key_holds(const Req *rq, const Authz *authz, uint32_t user, uint32_t key)
{
        return key != AUTHZ_NONE && authz->keys[key].user == user && authz->keys[key].expires_at > rq->now;
}

const Principal *principal_of(Req *rq)
{
        if (rq->system || rq->principal)
                return rq->system ? NULL : rq->principal;
        if (uuid_is_nil(&rq->context.user))
                req_fail(rq, SIGN_IN, NULL, NULL);
        const Authz *authz = authz_of(rq);
        uint32_t user = authz_user(authz, &rq->context.user);
        uint32_t key = rq->context.key ? authz_key(authz, &rq->context.session) : AUTHZ_NONE;
        if (user == AUTHZ_NONE || authz->users[user].inactive ||
                (rq->context.key && !key_holds(rq, authz, user, key)))
                req_fail(rq, SIGN_IN, NULL, NULL);
        rq->principal = principals_find(rq->entity, authz, user, key);
        return rq->principal;
}

const ModuleAccess *principal_access(Req *rq, const ModuleRuntime *module)
{
        const Principal *principal = principal_of(rq);

        return principal ? principals_access(
                                   rq->entity, principal->authz, principal->user, principal->key, module)
                         : NULL;
}

const ModuleAccess *principal_access_of(Req *rq, const ModuleRuntime *module, uint32_t user)
{
        const Principal *principal = principal_of(rq);

        return principals_access(
                rq->entity, principal ? principal->authz : authz_of(rq), user, AUTHZ_NONE, module);
}
