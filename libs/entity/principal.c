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
        unsigned refs; /* being in use is one */
        const Runtime *runtime;
        int64_t runtime_made; /* an address may come again */
        bool full;            /* the next request begins anew */
        Person **by_user, **by_key;
} Works;

struct Principals {
        unsigned n_users, n_keys;
        Works *works; /* NULL before the first is asked for */
};

/* ---- what holds them ---- */

static Works *works_unref(Works *works)
{
        if (!works || --works->refs > 0)
                return NULL;
        return (void)arena_free(works->arena), NULL;
}

static void on_arena_end(void *works)
{
        (void)works_unref(works);
}

static void works_hold(Works *works, Arena *arena)
{
        works->refs++;
        arena_cleanup(arena, on_arena_end, works);
}

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
        if (principals)
                (void)works_unref(principals->works);
        free(principals);
}

size_t principals_bytes(const Principals *principals)
{
        return principals->works ? arena_used(principals->works->arena) : 0;
}

static Works *works_new(const Entity *entity, const Principals *principals)
{
        Arena *arena = arena_new();
        Works *works = arena_alloc(arena, sizeof *works);

        *works = (Works){
                .arena = arena,
                .refs = 1,
                .runtime = entity->runtime,
                .runtime_made = entity->runtime ? entity->runtime->made_at : 0,
                .by_user = arena_array(arena, principals->n_users + 1, sizeof *works->by_user),
                .by_key = arena_array(arena, principals->n_keys + 1, sizeof *works->by_key),
        };
        return works;
}

static Works *works_of(const Entity *entity, Principals *principals)
{
        int64_t made = entity->runtime ? entity->runtime->made_at : 0;
        Works *works = principals->works;

        if (works && works->runtime == entity->runtime && works->runtime_made == made && !works->full)
                return works;
        (void)works_unref(works);
        principals->works = works_new(entity, principals);
        return principals->works;
}

/* ---- one of them ---- */

static Person *person_of(Works *works, const Authz *authz, uint32_t user, uint32_t key)
{
        Person **slot = key == AUTHZ_NONE ? &works->by_user[user] : &works->by_key[key];

        if (!*slot) {
                *slot = arena_alloc(works->arena, sizeof **slot);
                (*slot)->principal = (Principal){.authz = authz,
                        .user = user,
                        .key = key,
                        .administrator = authz->users[user].administrator,
                        .works = works};
        }
        return *slot;
}

static const ModuleAccess *access_of(
        Works *works, const Entity *entity, Person *person, const ModuleRuntime *module)
{
        for (const Held *held = person->held; held; held = held->next)
                if (held->access.module == module)
                        return &held->access;
        Held *held = arena_alloc(works->arena, sizeof *held);
        principal_access_make(works->arena, entity, &person->principal, module, &held->access);
        held->next = person->held;
        person->held = held;
        works->full = arena_used(works->arena) > PRINCIPALS_MOST;
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
        Works *works = works_of(rq->entity, authz->principals);
        works_hold(works, rq->arena);
        rq->principal = &person_of(works, authz, user, key)->principal;
        return rq->principal;
}

/* The request's principal in what is in use now: as a rule the same. */
static Person *person_now(Req *rq, const Principal *principal)
{
        Works *works = works_of(rq->entity, principal->authz->principals);
        Person *person = person_of(works, principal->authz, principal->user, principal->key);

        if (works != principal->works) {
                works_hold(works, rq->arena);
                rq->principal = &person->principal;
        }
        return person;
}

const ModuleAccess *principal_access(Req *rq, const ModuleRuntime *module)
{
        const Principal *principal = principal_of(rq);

        if (!principal)
                return NULL;
        Person *person = person_now(rq, principal);
        return access_of(person->principal.works, rq->entity, person, module);
}

const ModuleAccess *principal_access_of(Req *rq, const ModuleRuntime *module, uint32_t user)
{
        const Principal *principal = principal_of(rq);
        const Authz *authz = principal ? principal->authz : authz_of(rq);
        Works *works = works_of(rq->entity, authz->principals);

        works_hold(works, rq->arena);
        return access_of(works, rq->entity, person_of(works, authz, user, AUTHZ_NONE), module);
}
