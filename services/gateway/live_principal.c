/* Who listens: a person or an API key, with all of its streams. What it was told of is remembered, the last
 * two thousand records, so that it can be told that one is not seen any more. */
#include <sodium.h>
#include <string.h>

#include "entity/verbs.h"
#include "live.h"

#define BUCKETS   (sizeof((Live *)NULL)->buckets / sizeof((Live *)NULL)->buckets[0])
#define TOLD_WAYS 8

/* ---- finding and giving back ---- */

static LivePrincipal **bucket_of(Live *live, const Uuid *user, const Uuid *key)
{
        return &live->buckets[(uuid_end(user) ^ uuid_end(key)) % BUCKETS];
}

static void begin(Live *live, LivePrincipal *principal, const Uuid *user, const Uuid *key)
{
        LivePrincipal **bucket = bucket_of(live, user, key);

        *principal = (LivePrincipal){.user = *user, .key = *key, .cursor = live->head};
        for (unsigned i = 0; i < live->n_services; i++)
                principal->at[i] = live->services[i].at;
        principal->in_bucket = *bucket;
        *bucket = principal;
        principal->next = live->principals;
        if (principal->next)
                principal->next->prev = principal;
        live->principals = principal;
}

LivePrincipal *live_principal(Live *live, const Uuid *user, const Uuid *key)
{
        LivePrincipal *principal = *bucket_of(live, user, key);

        while (principal &&
                (uuid_compare(&principal->user, user) != 0 || uuid_compare(&principal->key, key) != 0))
                principal = principal->in_bucket;
        if (principal)
                return principal;
        principal = live->free_principals;
        if (principal)
                live->free_principals = principal->next;
        else
                principal = arena_alloc(live->arena, sizeof *principal);
        begin(live, principal, user, key);
        return principal;
}

static void told_give(Live *live, LivePrincipal *principal)
{
        uint64_t **list = &live->free_told[principal->told_size == LIVE_TOLD_MANY];

        if (!principal->told)
                return;
        memcpy(principal->told, list, sizeof *list);
        *list = principal->told;
        principal->told = NULL;
}

void live_principal_release(Live *live, LivePrincipal *principal)
{
        LivePrincipal **link = bucket_of(live, &principal->user, &principal->key);

        if (principal->streams || principal->busy || principal->queued)
                return;
        while (*link != principal)
                link = &(*link)->in_bucket;
        *link = principal->in_bucket;
        if (principal->prev)
                principal->prev->next = principal->next;
        else
                live->principals = principal->next;
        if (principal->next)
                principal->next->prev = principal->prev;
        told_give(live, principal);
        principal->next = live->free_principals;
        live->free_principals = principal;
}

const int64_t *live_principal_at(const Live *live, LivePrincipal *principal)
{
        bool told_all = principal->cursor == live->head && !principal->busy && !mask_any(&principal->owed);

        for (unsigned i = 0; told_all && i < live->n_services; i++)
                principal->at[i] = live->services[i].at;
        return principal->at;
}

/* ---- what it may see ---- */

void live_principal_interest(LivePrincipal *principal)
{
        LiveMask wanted = {};

        for (const LiveStream *stream = principal->streams; stream; stream = stream->peer)
                for (unsigned i = 0; i < LIVE_MODULES / 64; i++)
                        wanted.bits[i] |= stream->wanted.bits[i];
        principal->interest = mask_and(&wanted, &principal->may);
}

static uint64_t hash_of(Str packed)
{
        static const uint8_t key[crypto_shorthash_KEYBYTES];
        uint64_t hash;

        (void)crypto_shorthash((uint8_t *)&hash, (const uint8_t *)packed.p, packed.len, key);
        return hash;
}

void live_principal_rights(Req *rq, const Live *live, LivePrincipal *principal, const RightsReply *rights)
{
        LiveMask may = {};

        for (unsigned i = 0; i < live->n_modules; i++) {
                const ModuleRights *module = rights_module(rights, cauce_modules[i]);
                if (module && rights_have(module, "see"))
                        mask_add(&may, i);
        }
        principal->may = may;
        principal->all = rights->administrator ? may : (LiveMask){};
        principal->rights_hash = hash_of(req_pack(rq, &rights->base));
        principal->rights_epoch = rq->context.epoch;
        principal->rights_known = true;
        live_principal_interest(principal);
}

/* ---- what it was told ---- */

/* A set of ways for a name: the oldest gives way, more or less. */
static uint64_t *ways_of(const LivePrincipal *principal, uint64_t name)
{
        return &principal->told[name % (principal->told_size / TOLD_WAYS) * TOLD_WAYS];
}

static uint64_t told_name(unsigned module, const Uuid *record)
{
        uint64_t name = uuid_end(record) ^ (module + 1) * UINT64_C(0x9e3779b97f4a7c15);

        return name ? name : 1;
}

static void told_put(LivePrincipal *principal, uint64_t name)
{
        uint64_t *ways = ways_of(principal, name);
        unsigned place = 0;

        while (place < TOLD_WAYS && ways[place] != name && ways[place] != 0)
                place++;
        if (place < TOLD_WAYS && ways[place] == name)
                return;
        if (place == TOLD_WAYS) { /* full: the first goes */
                place = TOLD_WAYS - 1;
                memmove(ways, ways + 1, place * sizeof *ways);
                principal->n_told--;
        }
        ways[place] = name;
        principal->n_told++;
}

static void told_take(Live *live, LivePrincipal *principal, unsigned size)
{
        uint64_t **list = &live->free_told[size == LIVE_TOLD_MANY];
        uint64_t *table = *list;

        if (table)
                memcpy(list, table, sizeof *list);
        else
                table = arena_raw(live->arena, size * sizeof *table);
        for (unsigned i = 0; i < size; i++)
                table[i] = 0;
        principal->told = table;
        principal->told_size = size;
        principal->n_told = 0;
}

static void told_grow(Live *live, LivePrincipal *principal)
{
        LivePrincipal former = *principal;

        told_take(live, principal, LIVE_TOLD_MANY);
        for (unsigned i = 0; i < former.told_size; i++)
                if (former.told[i])
                        told_put(principal, former.told[i]);
        told_give(live, &former);
}

void live_told(Live *live, LivePrincipal *principal, unsigned module, const Uuid *record)
{
        if (!principal->told)
                told_take(live, principal, LIVE_TOLD_FEW);
        else if (principal->told_size == LIVE_TOLD_FEW && principal->n_told > LIVE_TOLD_FEW / 2)
                told_grow(live, principal);
        told_put(principal, told_name(module, record));
}

bool live_told_forget(LivePrincipal *principal, unsigned module, const Uuid *record)
{
        uint64_t name = told_name(module, record);
        unsigned place = 0;

        if (!principal->told)
                return false;
        uint64_t *ways = ways_of(principal, name);
        while (place < TOLD_WAYS && ways[place] != name)
                place++;
        if (place == TOLD_WAYS)
                return false;
        memmove(ways + place, ways + place + 1, (TOLD_WAYS - 1 - place) * sizeof *ways);
        ways[TOLD_WAYS - 1] = 0;
        principal->n_told--;
        return true;
}
